import type { TenantConfiguration, XdsDocument } from '../../src/api/tenant-configuration.ts';
import type { SessionState } from '../../src/session/state.ts';
import { tenantJson } from '../../src/xds/tenant-json.ts';
import { typeUrls } from '../../src/xds/type-url.ts';

/** A tenant's model and its xDS resources, as `calb-sim translate` prints them; private keys are not shown. */
export function tenantConfiguration(state: SessionState, name: string): TenantConfiguration | undefined {
  const tenant = state.tenants.get(name);
  if (tenant === undefined) return undefined;
  const { model } = tenant;
  if (model === undefined) return { model: null, xds: [] };
  const { accessLog, eventLog } = state.settings.paths(name);
  const { sharesListeners } = state.settings.traits;
  const json = tenantJson(model, {
    ...{ accessLogPath: accessLog, eventLogPath: eventLog, requestEvents: true, sharesListeners },
  });
  return {
    model: redacted(model),
    xds: [
      ...documents('listener', json.listeners),
      ...documents('route', json.routes),
      ...documents('cluster', json.clusters),
      ...documents('endpoint', json.endpoints),
      ...documents('secret', json.secrets),
    ],
  };
}

function documents(type: keyof typeof typeUrls, resources: readonly object[]): readonly XdsDocument[] {
  return resources.map((resource) => {
    const { name, cluster_name } = resource as { readonly name?: string; readonly cluster_name?: string };
    return { typeUrl: typeUrls[type], name: name ?? cluster_name ?? '', resource };
  });
}

/** A copy without private keys, wherever they are. */
function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => [
    key,
    key === 'privateKey' ? '[redacted]' : redacted(field),
  ]);
  return Object.fromEntries(entries);
}
