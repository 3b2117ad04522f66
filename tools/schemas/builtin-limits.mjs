/**
 * What Kubernetes checks and defaults in code and therefore does not publish in its OpenAPI document, for the fields
 * that matter here (validation.go and defaults.go of each API group). Paths are dotted; `[]` is a list's item.
 */
const port = { minimum: 1, maximum: 65535 };
const container = {
  'ports[].containerPort': port,
  'ports[].protocol': { enum: ['SCTP', 'TCP', 'UDP'] },
  imagePullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
};

export const builtinLimits = {
  Service: {
    'spec.type': { enum: ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'], default: 'ClusterIP' },
    'spec.sessionAffinity': { enum: ['ClientIP', 'None'], default: 'None' },
    'spec.externalTrafficPolicy': { enum: ['Cluster', 'Local'] },
    'spec.internalTrafficPolicy': { enum: ['Cluster', 'Local'] },
    'spec.ipFamilyPolicy': { enum: ['PreferDualStack', 'RequireDualStack', 'SingleStack'] },
    'spec.ports[].port': port,
    'spec.ports[].protocol': { enum: ['SCTP', 'TCP', 'UDP'] },
    'spec.ports[].nodePort': { minimum: 0, maximum: 65535 },
  },
  Deployment: {
    'spec.replicas': { minimum: 0, default: 1 },
    'spec.minReadySeconds': { minimum: 0 },
    'spec.strategy.type': { enum: ['Recreate', 'RollingUpdate'] },
    ...prefixed('spec.template.spec.containers[].', container),
    'spec.template.spec.containers': { minItems: 1 },
  },
  EndpointSlice: {
    addressType: { enum: ['FQDN', 'IPv4', 'IPv6'] },
    endpoints: { maxItems: 1000, default: [] },
    'endpoints[].addresses': { minItems: 1, maxItems: 100 },
    'ports[].protocol': { enum: ['SCTP', 'TCP', 'UDP'], default: 'TCP' },
    'ports[].port': port,
    'ports[].name': { default: '' },
  },
  Secret: { type: { default: 'Opaque' } },
};

function prefixed(prefix, limits) {
  return Object.fromEntries(Object.entries(limits).map(([path, limit]) => [prefix + path, limit]));
}

/** Adds the limits of a kind to its (resolved) schema, in place. A path that is not there is a fault of this table. */
export function addLimits(kind, schema) {
  for (const [path, limits] of Object.entries(builtinLimits[kind] ?? {})) {
    let node = schema;
    for (const step of path.split('.')) {
      node = node.properties[step.replace('[]', '')];
      if (step.endsWith('[]')) node = node.items;
      if (node === undefined) throw new Error(`${kind} has no ${path}`);
    }
    Object.assign(node, limits);
  }
}
