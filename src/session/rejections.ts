import type { ControlPlaneEvent } from '../control-plane/control-plane.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { type Source, sourceName } from '../model/source.ts';
import type { Tenant } from '../model/tenant.ts';
import { positionOf } from '../resources/position.ts';
import { nowhere } from '../resources/resource.ts';
import type { ResourceType } from '../xds/snapshot.ts';
import type { SessionState } from './state.ts';

/** Envoy's refusal, placed at the object that the refused resource was made from. */
export function rejectionDiagnostic(
  state: SessionState,
  event: Extract<ControlPlaneEvent, { type: 'resource-rejected' }>,
): Diagnostic {
  const model = state.tenants.get(event.tenant)?.model;
  const source = model === undefined ? undefined : sourceOf(model, event.resourceType, event.name);
  const resource =
    source === undefined
      ? undefined
      : state.expansion?.effective.get(source.kind, source.namespace, source.name);
  return diagnostic('CALB0701', {
    message: `Envoy rejected the ${event.resourceType} ${event.name}: ${event.reason}`,
    position: resource === undefined ? nowhere : positionOf(resource, []),
    resource: source === undefined ? undefined : sourceName(source),
  });
}

function sourceOf(model: Tenant, type: ResourceType, name: string): Source | undefined {
  const named: readonly { readonly name: string; readonly source: Source }[] = {
    listener: model.listeners,
    route: model.routeTables,
    cluster: model.clusters,
    endpoint: model.clusters,
    secret: model.secrets,
  }[type];
  return named.find((part) => part.name === name)?.source;
}
