import type { RuntimeEvent } from '../../runtime/runtime-event.ts';
import { parseHealthEvent } from '../../telemetry/health-events.ts';
import { asSeenAnew, trackHealth } from '../../telemetry/track-health.ts';
import type { Draft } from '../draft.ts';
import { endpointCause } from '../endpoint-causes.ts';
import type { EventBody } from '../events.ts';
import type { TenantState } from '../state.ts';
import { updateTenant } from '../tenants.ts';

type HealthLine = Extract<RuntimeEvent, { type: 'proxy-health-line' }>;

/** More than a start's worth: an Envoy that warms says each endpoint's first check once. */
const keptLines = 5000;

/**
 * Tells what a tenant's Envoy decided about an endpoint, and where its requests go since. What another one says that is
 * about to take over is kept until it has: two would contradict each other, each with checks of its own.
 */
export function applyHealthLine(draft: Draft, { tenant: name, line, container }: HealthLine): void {
  const tenant = draft.state.tenants.get(name);
  if (tenant === undefined) return;
  const { envoy } = tenant;
  if (container === undefined || envoy.container === undefined || envoy.container === container) {
    tell(draft, tenant, line);
    return;
  }
  const known = tenant.successor?.container === container ? tenant.successor.healthLines : [];
  const healthLines = [...known, line].slice(-keptLines);
  updateTenant(draft, name, { successor: { container, healthLines } });
}

/**
 * From now on this Envoy decides. Of what the one before said, that stays what this one says too: it has told what it
 * found at each endpoint, but knows of no ejections.
 */
export function takeOverHealth(draft: Draft, name: string, container: string | undefined): void {
  const tenant = draft.state.tenants.get(name);
  if (tenant === undefined) return;
  const lines = tenant.successor?.container === container ? (tenant.successor?.healthLines ?? []) : [];
  updateTenant(draft, name, { successor: undefined, health: asSeenAnew(tenant.health) });
  for (const line of lines) {
    const current = draft.state.tenants.get(name);
    if (current !== undefined) tell(draft, current, line);
  }
}

function tell(draft: Draft, { name, model, health }: TenantState, line: string): void {
  const event = parseHealthEvent(line);
  if (model === undefined || event === undefined) return;
  const { state, bodies } = trackHealth(health, event, model);
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
