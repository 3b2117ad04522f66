import { type DumpedResource, type Json, list, object, text } from './config-dump.ts';

/** Clusters, a row for each backend in them: its name in the cluster's DNS, port, type, policy and checks. */
export function clustersTable(clusters: readonly DumpedResource[]): readonly (readonly string[])[] {
  const rows = clusters.flatMap(({ name, resource, state }) => {
    const [backends = name, policy = '-'] = name.split('@');
    return backends
      .split('+')
      .map((backend) => [
        ...serviceOf(backend),
        text(resource, 'type') || 'STATIC',
        policy.replace(/[#~].*$/, ''),
        checksOf(resource),
        name + (state === 'warming' ? ' (warming)' : ''),
      ]);
  });
  return [['SERVICE FQDN', 'PORT', 'TYPE', 'POLICY', 'CHECKS', 'CLUSTER'], ...rows];
}

/** `service/ns/name/port` is the Service's name and port; a Backend has no name of its own there. */
function serviceOf(backend: string): readonly [string, string] {
  const [kind, namespace, name, port = '-'] = backend.replace(/[#~].*$/, '').split('/');
  if (kind === 'service' && name !== undefined) return [`${name}.${namespace}.svc.cluster.local`, port];
  return [kind === 'backend' && name !== undefined ? `Backend ${name}.${namespace}` : backend, '-'];
}

function checksOf(cluster: Json): string {
  const words = [
    ...list(cluster, 'health_checks').map((check) => {
      const { path } = object(check.http_health_check);
      return typeof path === 'string' ? `active ${path}` : 'active';
    }),
    ...('outlier_detection' in cluster ? ['outlier'] : []),
  ];
  return words.length === 0 ? '-' : words.join(', ');
}
