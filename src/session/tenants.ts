import { noSampling } from '../telemetry/sampler.ts';
import { noHealth } from '../telemetry/track-health.ts';
import type { Draft } from './draft.ts';
import type { TenantState } from './state.ts';

/** A tenant of which nothing is known yet. */
export function newTenant(name: string): TenantState {
  return {
    name,
    credentials: undefined,
    model: undefined,
    encodedModel: undefined,
    problems: [],
    snapshot: undefined,
    ackedVersion: undefined,
    isConnected: false,
    sampling: noSampling,
    health: noHealth,
    envoy: {},
    successor: undefined,
    lostAtMs: undefined,
  };
}

/** Changes what is known of a tenant. One that is gone stays gone: late news of it are dropped. */
export function updateTenant(draft: Draft, name: string, part: Partial<TenantState>): void {
  const tenant = draft.state.tenants.get(name);
  if (tenant === undefined) return;
  draft.update({ tenants: new Map(draft.state.tenants).set(name, { ...tenant, ...part }) });
}
