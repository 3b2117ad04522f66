import type { ControlPlaneEvent } from '../../control-plane/control-plane.ts';
import { isRequest, requestEvent } from '../../telemetry/request-events.ts';
import { newSampler, type SamplerState, sample, sampleWindowMs } from '../../telemetry/sampler.ts';
import type { Draft } from '../draft.ts';
import { updateTenant } from '../tenants.ts';

/** Tells which requests finished, and keeps their number bearable. */
export function applyAccessLog(
  draft: Draft,
  event: Extract<ControlPlaneEvent, { type: 'access-log' }>,
): void {
  const tenant = draft.state.tenants.get(event.tenant);
  if (tenant === undefined) return;
  const entries = event.entries.filter(isRequest);
  const sampler = tenant.sampler ?? newSampler(draft.nowMs);
  const standsFor = 100 / sampler.percent;
  for (const entry of entries) {
    draft.emit(requestEvent(entry, tenant.model, standsFor), {
      tenant: event.tenant,
      atMs: entry.startTimeMs + entry.durationMs,
    });
  }
  setSampler(draft, event.tenant, sampler, sample(sampler, entries.length, draft.nowMs));
}

/** Lets Envoys report all requests again when it has become quiet. */
export function tickSamplers(draft: Draft): void {
  for (const { name, sampler } of draft.state.tenants.values()) {
    if (sampler === undefined || sampler.percent === 100) continue;
    setSampler(draft, name, sampler, sample(sampler, 0, draft.nowMs));
  }
}

function setSampler(draft: Draft, tenant: string, before: SamplerState, after: SamplerState): void {
  updateTenant(draft, tenant, { sampler: after });
  if (after.percent !== before.percent) {
    draft.effect({ type: 'sample-requests', tenant, percent: after.percent });
  }
  // Without requests nobody would ask again.
  if (after.percent !== 100 && after.windowStartMs !== before.windowStartMs) {
    draft.effect({ type: 'wake', afterMs: sampleWindowMs });
  }
}
