import type { ControlPlaneEvent } from '../../control-plane/control-plane.ts';
import type { AccessLogEntry } from '../../model/access-log-entry.ts';
import { describeRequest } from '../../telemetry/request-events.ts';
import { sampleRequests } from '../../telemetry/sampler.ts';
import type { Draft } from '../draft.ts';
import type { TenantState } from '../state.ts';
import { updateTenant } from '../tenants.ts';

/** Tells which requests finished, and keeps their number bearable. */
export function applyAccessLog(
  draft: Draft,
  event: Extract<ControlPlaneEvent, { type: 'access-log' }>,
): void {
  const tenant = draft.state.tenants.get(event.tenant);
  if (tenant === undefined) return;
  const entries = event.entries.filter(isRequest);
  for (const entry of entries) {
    draft.emit(describeRequest(entry, tenant.model, tenant.sampling.percent), {
      tenant: event.tenant,
      atMs: entry.startTimeMs + entry.durationMs,
    });
  }
  step(draft, tenant, entries.length);
}

/** Lets Envoys report all requests again when it has become quiet. */
export function tickSampling(draft: Draft): void {
  for (const tenant of draft.state.tenants.values()) {
    if (tenant.sampling.percent < 100) step(draft, tenant, 0);
  }
}

function step(draft: Draft, { name, sampling: before }: TenantState, count: number): void {
  const { sampling, percent, wakeAfterMs } = sampleRequests(before, count, draft.nowMs);
  updateTenant(draft, name, { sampling });
  if (percent !== undefined) draft.effect({ type: 'sample-requests', tenant: name, percent });
  // Without requests nobody would ask again; one timer for each window is enough.
  const isNewWindow = sampling.windowStartMs !== before.windowStartMs;
  if (wakeAfterMs !== undefined && isNewWindow) draft.effect({ type: 'wake', afterMs: wakeAfterMs });
}

/** Whether it is a request at all: a probe of calb-sim's own, or bytes that are no HTTP, has no method. */
function isRequest({ method }: AccessLogEntry): boolean {
  return method !== '' && method !== 'METHOD_UNSPECIFIED';
}
