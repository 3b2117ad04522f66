import { formatPath, formatValue, type Issue } from '../issue.ts';
import type { Path } from '../resource.ts';
import type { KindCheck } from './kind-check.ts';

interface Port {
  readonly name?: string;
  readonly port: number;
}

interface CycloudBackendSpec {
  readonly endpoints?: readonly { readonly ports?: readonly Port[] }[];
  readonly ports?: readonly Port[];
}

/** CycloudBackend: ports are given once, for all endpoints or for each; a list of ports has no two of one name or number. */
export const checkCycloudBackend: KindCheck = (object) => {
  const spec = object.fields.spec as CycloudBackendSpec;
  const issues: Issue[] = uniquePorts(spec.ports, ['spec', 'ports']);
  for (const [index, { ports }] of (spec.endpoints ?? []).entries()) {
    if (ports === undefined) continue;
    const path = ['spec', 'endpoints', index, 'ports'];
    issues.push(...uniquePorts(ports, path));
    if (spec.ports === undefined) continue;
    const message = `${formatPath(path)} and spec.ports are both given; ports belong to one of them`;
    issues.push({ code: 'CALB0123', path, at: 'key', message, related: ['spec', 'ports'] });
  }
  return { ...object, issues };
};

function uniquePorts(ports: readonly Port[] | undefined, path: Path): Issue[] {
  const issues: Issue[] = [];
  for (const [index, port] of (ports ?? []).entries()) {
    const earlier = ports?.slice(0, index) ?? [];
    const first = earlier.findIndex(
      ({ name, port: number }) => number === port.port || (name !== undefined && name === port.name),
    );
    if (first < 0) continue;
    const what = earlier[first]?.port === port.port ? `port ${port.port}` : `name ${formatValue(port.name)}`;
    const at = [...path, index];
    const message = `${formatPath(at)} has the same ${what} as ${formatPath([...path, first])}`;
    issues.push({ code: 'CALB0115', path: at, at: 'value', message });
  }
  return issues;
}
