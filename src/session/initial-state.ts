import { emptyStore } from '../resources/store.ts';
import type { SessionSettings } from './settings.ts';
import type { SessionState } from './state.ts';

/** An instance that has read nothing yet. */
export function initialState(settings: SessionSettings): SessionState {
  return {
    settings,
    nextSeq: 1,
    readiness: 'waiting',
    loadedAtMs: undefined,
    store: emptyStore(new Date(settings.startedAtMs).toISOString()),
    expansion: undefined,
    expandedFrom: undefined,
    derivedAtMs: 0,
    deferred: undefined,
    workloads: { pods: [], services: [] },
    wanted: [],
    bindings: [],
    heldSinceMs: new Map(),
    isEngineLost: false,
    pulls: new Map(),
    observed: { proxies: [], pods: [], services: [] },
    translated: undefined,
    translation: undefined,
    statuses: new Map(),
    tenants: new Map(),
    diagnostics: new Map(),
    rejections: new Map(),
    leaving: new Map(),
    rememberedWorkloads: undefined,
    podFacts: new Map(),
    causeTimes: new Map(),
    endpointCauses: new Map(),
  };
}
