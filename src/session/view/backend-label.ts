/**
 * A backend as people know it, of a locality's name: `active.team-b:3000` of `service/team-b/active/3000`, `pay.team-b`
 * of `backend/team-b/pay`. Anything else stays as it is.
 */
export function backendLabel(locality: string): string {
  const [kind, namespace, name, port] = locality.split('/');
  if (namespace === undefined || name === undefined) return locality;
  return kind === 'service' && port !== undefined ? `${name}.${namespace}:${port}` : `${name}.${namespace}`;
}

/** Several joined by ` + `, of a cluster's name: the backends joined with `+`, then `@` and a policy, `#` and a hash. */
export function clusterLabel(clusterName: string): string {
  const [backends = clusterName] = clusterName.split(/[@#~]/, 1);
  return backends.split('+').map(backendLabel).join(' + ');
}
