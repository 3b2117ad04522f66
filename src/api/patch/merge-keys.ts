/** How a field of a built-in kind is merged by a strategic merge patch (its `patchStrategy` and `patchMergeKey`). */
export interface ListStrategy {
  /** Items are mappings that this field tells apart; absent: the list holds plain values. */
  readonly mergeKey?: string;
}

/** Lists of built-in types that are merged, by the name of their field; all others are replaced (k8s.io/api types.go). */
const merged: ReadonlyMap<string, ListStrategy> = asMap({
  allocatedResourcesStatus: { mergeKey: 'name' },
  conditions: { mergeKey: 'type' },
  containers: { mergeKey: 'name' },
  env: { mergeKey: 'name' },
  ephemeralContainers: { mergeKey: 'name' },
  finalizers: {},
  hostAliases: { mergeKey: 'ip' },
  hostIPs: { mergeKey: 'ip' },
  imagePullSecrets: { mergeKey: 'name' },
  initContainers: { mergeKey: 'name' },
  ownerReferences: { mergeKey: 'uid' },
  podIPs: { mergeKey: 'ip' },
  resourceClaims: { mergeKey: 'name' },
  resourceClaimStatuses: { mergeKey: 'name' },
  schedulingGates: { mergeKey: 'name' },
  secrets: { mergeKey: 'name' },
  topologySpreadConstraints: { mergeKey: 'topologyKey' },
  volumeDevices: { mergeKey: 'devicePath' },
  volumeMounts: { mergeKey: 'mountPath' },
  volumes: { mergeKey: 'name' },
});

/** Lists of this name are of several types: by the field around them. */
const byParent: ReadonlyMap<string, ReadonlyMap<string, ListStrategy>> = asMap({
  ports: asMap({
    spec: { mergeKey: 'port' },
    containers: { mergeKey: 'containerPort' },
    initContainers: { mergeKey: 'containerPort' },
    ephemeralContainers: { mergeKey: 'containerPort' },
  }),
  // Of a Node.
  addresses: asMap({ status: { mergeKey: 'type' } }),
});

/** How a list is merged; `undefined`: it is replaced. `path` names the fields from the object to the list. */
export function listStrategy(path: readonly string[]): ListStrategy | undefined {
  const name = path.at(-1) ?? '';
  const parents = byParent.get(name);
  return parents === undefined ? merged.get(name) : parents.get(path.at(-2) ?? '');
}

/** Names of fields come from clients: one like `constructor` must not find anything. */
function asMap<T>(record: Readonly<Record<string, T>>): ReadonlyMap<string, T> {
  return new Map(Object.entries(record));
}
