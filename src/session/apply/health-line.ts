import type { RuntimeEvent } from '../../runtime/runtime-event.ts';
import { parseHealthEvent } from '../../telemetry/health-events.ts';
import { trackHealth } from '../../telemetry/track-health.ts';
import type { Draft } from '../draft.ts';
import { endpointCause } from '../endpoint-causes.ts';
import type { EventBody } from '../events.ts';
import { updateTenant } from '../tenants.ts';

/** Tells what a tenant's Envoy decided about an endpoint, and where its requests go since. */
export function applyHealthLine(
  draft: Draft,
  { tenant: name, line }: Extract<RuntimeEvent, { type: 'proxy-health-line' }>,
): void {
  const tenant = draft.state.tenants.get(name);
  const event = parseHealthEvent(line);
  if (tenant?.model === undefined || event === undefined) return;
  const { state, bodies } = trackHealth(tenant.health, event, tenant.model);
  updateTenant(draft, name, { health: state });
  // Each line follows from the one before: the failed check, the endpoint that is out, the traffic that moved.
  let cause: number | undefined;
  for (const body of bodies) {
    cause = draft.emit(body, { tenant: name, cause: cause ?? startOf(draft, body) });
  }
}

function startOf(draft: Draft, body: EventBody): number | undefined {
  return 'endpoint' in body ? endpointCause(draft, body.endpoint, body.pod) : undefined;
}
