import { formatPath, formatValue, type Issue } from '../issue.ts';
import { isIPv4 } from '../schema/ip.ts';
import { isRecord } from '../schema/walk.ts';
import type { KindCheck } from './kind-check.ts';

/** Host names of Gateways and HTTPRoutes that are IP addresses: the schema's pattern cannot tell, the API forbids them. */
export const checkHostnames: KindCheck = (object) => {
  const spec = isRecord(object.fields.spec) ? object.fields.spec : {};
  const issues: Issue[] = [];
  const check = (hostname: unknown, path: Issue['path']) => {
    if (typeof hostname !== 'string' || !isIPv4(hostname)) return;
    const message = `${formatPath(path)} is the IP address ${formatValue(hostname)}`;
    issues.push({ code: 'CALB0125', path, at: 'value', message });
  };
  for (const [index, hostname] of list(spec.hostnames).entries()) {
    check(hostname, ['spec', 'hostnames', index]);
  }
  for (const [index, listener] of list(spec.listeners).entries()) {
    if (isRecord(listener)) check(listener.hostname, ['spec', 'listeners', index, 'hostname']);
  }
  return { ...object, issues };
};

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
