import { describe, expect, test } from 'vitest';
import type { Resource } from '../../../src/resources/resource.ts';
import type { ObservedPod } from '../../../src/runtime/runtime.ts';
import { desiredPods, markLeavingPods, rememberPods, servingPods } from '../../../src/session/derive/pods.ts';
import { Draft } from '../../../src/session/draft.ts';
import { initialState } from '../../../src/session/initial-state.ts';
import type { SessionState, TenantState } from '../../../src/session/state.ts';
import { newTenant } from '../../../src/session/tenants.ts';
import type { Workload } from '../../../src/translate/translation.ts';
import { sessionSettings } from '../../fixtures/session-settings.ts';

const nowMs = Date.parse('2026-01-31T09:00:00Z');

const empty = initialState(sessionSettings({ startedAtMs: nowMs }));

const deployment: Resource = {
  object: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: '1',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-31T09:00:00Z',
    },
  },
  origin: { type: 'api' },
};

function workload(name: string): Workload {
  const pod = { namespace: 'shop', name, app: 'echo', env: {}, ports: [], files: {} } as const;
  return { pod, labels: {}, owner: deployment };
}

function observed(name: string, ready = true): ObservedPod {
  return { namespace: 'shop', name, address: '127.1.2.3', ready, spec: workload(name).pod };
}

/** The state after pods were wanted before, and others are wanted and run now. */
function stateWith(
  before: readonly string[],
  wanted: readonly string[],
  running: readonly ObservedPod[],
): SessionState {
  const draft = new Draft({ ...empty, workloads: { pods: before.map(workload), services: [] } }, nowMs);
  rememberPods(draft);
  draft.update({
    workloads: { pods: wanted.map(workload), services: [] },
    observed: { proxies: [], services: [], pods: running },
  });
  rememberPods(draft);
  markLeavingPods(draft);
  return draft.state;
}

function names(pods: readonly { readonly name: string }[]): readonly string[] {
  return pods.map(({ name }) => name);
}

function withTenant(state: SessionState, part: Partial<TenantState>): SessionState {
  return { ...state, tenants: new Map([['shop', { ...newTenant('shop'), ...part }]]) };
}

const snapshot = (version: string) =>
  ({ tenant: 'shop', version, resources: {} }) as unknown as NonNullable<TenantState['snapshot']>;

describe('pods on their way out', () => {
  test('a pod that is one too many gets no more requests, at once', () => {
    const state = stateWith(['web-a-1', 'web-a-2'], ['web-a-1'], [observed('web-a-1'), observed('web-a-2')]);
    expect(names(servingPods(state))).toEqual(['web-a-1']);
  });

  test('it runs until every Envoy has acknowledged that it is gone', () => {
    const state = stateWith(['web-a-1', 'web-a-2'], ['web-a-1'], [observed('web-a-1'), observed('web-a-2')]);
    const behind = withTenant(state, { isConnected: true, snapshot: snapshot('2'), ackedVersion: '1' });
    expect(names(desiredPods(behind, nowMs))).toEqual(['web-a-1', 'web-a-2']);
    const inSync = withTenant(state, { isConnected: true, snapshot: snapshot('2'), ackedVersion: '2' });
    expect(names(desiredPods(inSync, nowMs))).toEqual(['web-a-1']);
  });

  test('an Envoy that does not answer keeps it for five seconds, no longer', () => {
    const state = stateWith(['web-a-1'], [], [observed('web-a-1')]);
    const behind = withTenant(state, { isConnected: true, snapshot: snapshot('2'), ackedVersion: '1' });
    expect(names(desiredPods(behind, nowMs + 999))).toEqual(['web-a-1']);
    expect(names(desiredPods(behind, nowMs + 5000))).toEqual([]);
  });

  test('a pod of an old template serves until its successors are ready', () => {
    const starting = stateWith(['web-a-1'], ['web-b-1'], [observed('web-a-1'), observed('web-b-1', false)]);
    expect(names(servingPods(starting))).toContain('web-a-1');
    expect(names(desiredPods(starting, nowMs))).toEqual(['web-b-1', 'web-a-1']);
    const ready = stateWith(['web-a-1'], ['web-b-1'], [observed('web-a-1'), observed('web-b-1')]);
    expect(names(servingPods(ready))).toEqual(['web-b-1']);
  });

  test('a pod that is wanted again stays', () => {
    const draft = new Draft(stateWith(['web-a-1'], [], [observed('web-a-1')]), nowMs);
    draft.update({ workloads: { pods: [workload('web-a-1')], services: [] } });
    markLeavingPods(draft);
    expect(names(servingPods(draft.state))).toEqual(['web-a-1']);
  });
});
