import type { ControlPlaneEvent } from '../control-plane/control-plane.ts';
import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Position } from '../diagnostics/position.ts';
import { type Source, sourceName } from '../model/source.ts';
import type { Tenant } from '../model/tenant.ts';
import { positionOf } from '../resources/position.ts';
import { nowhere } from '../resources/resource.ts';
import type { XdsProblem } from '../xds/problem.ts';
import type { ResourceType } from '../xds/snapshot.ts';
import type { SessionState } from './state.ts';

/** Envoy's refusal, placed at the object that the refused resource was made from. */
export function rejectionDiagnostic(
  state: SessionState,
  event: Extract<ControlPlaneEvent, { type: 'resource-rejected' }>,
): Diagnostic {
  const model = state.tenants.get(event.tenant)?.model;
  const source = model === undefined ? undefined : sourceOf(model, event.resourceType, event.name);
  return diagnostic('CALB0701', {
    message: `Envoy rejected the ${event.resourceType} ${event.name}: ${event.reason}`,
    position: source === undefined ? nowhere : sourcePosition(state, source),
    resource: source === undefined ? undefined : sourceName(source),
  });
}

/** What Envoy would have refused, found before it was sent. */
export function problemDiagnostic(state: Pick<SessionState, 'expansion'>, problem: XdsProblem): Diagnostic {
  const where = problem.path === '' ? '' : ` (${problem.path})`;
  return diagnostic('CALB0702', {
    message: `${problem.resourceType} ${problem.resource}${where}: ${problem.message}`,
    position: sourcePosition(state, problem.source),
    resource: sourceName(problem.source),
    effect: problem.effect,
  });
}

function sourcePosition(state: Pick<SessionState, 'expansion'>, { kind, namespace, name }: Source): Position {
  const resource = state.expansion?.effective.get(kind, namespace, name);
  return resource === undefined ? nowhere : positionOf(resource, []);
}

function sourceOf(model: Tenant, type: ResourceType, name: string): Source | undefined {
  const parts: Record<ResourceType, readonly { readonly name: string; readonly source: Source }[]> = {
    listener: model.listeners,
    route: model.routeTables,
    cluster: model.clusters,
    endpoint: model.clusters,
    secret: model.secrets,
  };
  return parts[type].find((part) => part.name === name)?.source;
}
