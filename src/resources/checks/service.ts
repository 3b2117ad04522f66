import { formatPath, formatValue, type Issue } from '../issue.ts';
import { dnsLabel, obeys } from '../names.ts';
import type { KindCheck } from './kind-check.ts';

interface Port {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
}

interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly externalName?: string;
  readonly ports?: readonly Port[];
}

/** Service: `targetPort` defaults to `port`; several ports have names (pkg/apis/core/validation). */
export const checkService: KindCheck = (object) => {
  const spec = (object.fields.spec ?? {}) as ServiceSpec;
  const ports = spec.ports ?? [];
  const issues = [...portNames(ports), ...missing(spec)];
  const isComplete = object.fields.spec !== undefined && ports.every((port) => port.targetPort !== undefined);
  if (isComplete || spec.ports === undefined) return { ...object, issues };
  const completed = ports.map((port) => ({ ...port, targetPort: port.targetPort ?? port.port }));
  return { ...object, fields: { ...object.fields, spec: { ...spec, ports: completed } }, issues };
};

function missing({ type, clusterIP, externalName, ports }: ServiceSpec): Issue[] {
  if (type === 'ExternalName') {
    if (externalName) return [];
    const message = 'spec.externalName is missing, which type ExternalName requires';
    return [{ code: 'CALB0113', path: ['spec'], at: 'key', message, hint: 'add "externalName:" to spec' }];
  }
  if ((ports !== undefined && ports.length > 0) || clusterIP === 'None') return [];
  const hint = 'add "ports:" with at least one "- port:"';
  return [
    { code: 'CALB0113', path: ['spec'], at: 'key', message: 'spec has no ports, which are required', hint },
  ];
}

function portNames(ports: readonly Port[]): Issue[] {
  const issues: Issue[] = [];
  const seen = new Map<string, number>();
  for (const [index, { name }] of ports.entries()) {
    const path = ['spec', 'ports', index];
    if (name === undefined || name === '') {
      if (ports.length === 1) continue;
      const message = `${formatPath(path)} has no name, which is required where there are several ports`;
      issues.push({ code: 'CALB0113', path, at: 'key', message, hint: 'add "name:" to each port' });
      continue;
    }
    const first = seen.get(name);
    if (first !== undefined) {
      const message = `${formatPath(path)} has the same name ${formatValue(name)} as spec.ports[${first}]`;
      issues.push({ code: 'CALB0115', path: [...path, 'name'], at: 'value', message });
    }
    seen.set(name, first ?? index);
    if (obeys(dnsLabel, name)) continue;
    const message = `${formatPath([...path, 'name'])} is ${formatValue(name)}, which is not ${dnsLabel.title}`;
    issues.push({
      code: 'CALB0114',
      path: [...path, 'name'],
      at: 'value',
      message,
      hint: dnsLabel.hint,
    });
  }
  return issues;
}
