import { existsSync } from 'node:fs';
import type { ApiState } from '../../src/api/api-state.ts';
import type { StatusReport } from '../../src/api/status-report.ts';
import { toJson } from '../../src/diagnostics/to-json.ts';
import { listenerReports } from '../../src/session/derive/listener-urls.ts';
import { listObjects } from '../../src/session/objects/object-view.ts';
import type { Session } from '../../src/session/session.ts';
import type { SessionState } from '../../src/session/state.ts';

/** What the instance's API reads of a session, and what it may ask of it. */
export function sessionApi(session: Session, paths: readonly string[], stop: () => void): ApiState {
  let cached:
    | { readonly state: SessionState; readonly lists: Map<string, ReturnType<typeof listObjects>> }
    | undefined;
  const list = (kind: string) => {
    const { state } = session;
    if (cached?.state !== state) cached = { state, lists: new Map() };
    const known = cached.lists.get(kind) ?? listObjects(state, kind);
    cached.lists.set(kind, known);
    return known;
  };
  return {
    list,
    get: (kind, namespace, name) =>
      list(kind).find(({ metadata }) => metadata.name === name && metadata.namespace === namespace),
    // Pods and Services change without the store's knowledge, but never without an event.
    resourceVersion: () => String(Number(session.state.store.version) + session.state.nextSeq),
    status: () => statusReport(session.state, paths),
    eventsSince: (seq) => session.log.since(seq),
    subscribe: (listener) => session.subscribe(() => listener()),
    scale: (namespace, name, replicas) => session.post({ type: 'scale', namespace, name, replicas }),
    stop,
  };
}

const severities = ['error', 'warning', 'hint'];

function statusReport(state: SessionState, paths: readonly string[]): StatusReport {
  const { settings, tenants, diagnostics } = state;
  return {
    instance: settings.instance,
    runtime: settings.runtime,
    envoyVersion: settings.envoyVersion,
    paths,
    listeners: listenerReports(state).map(({ protocol: _protocol, ...listener }) => listener),
    tenants: [...tenants.values()].map(({ name, snapshot, ackedVersion, envoy }) => ({
      name,
      snapshot: snapshot?.version ?? null,
      acked: ackedVersion ?? null,
      ...accessLogOf(state, name),
      ...(envoy.pid === undefined ? {} : { envoyPid: envoy.pid }),
      ...(envoy.container === undefined ? {} : { container: envoy.container }),
    })),
    diagnostics: [...diagnostics.values()]
      .map(toJson)
      .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity)),
  };
}

/** Where a person can read it: not every Envoy writes one, or to this machine. */
function accessLogOf({ settings }: SessionState, tenant: string): { readonly accessLog?: string } {
  const { accessLog } = settings.files(tenant);
  return existsSync(accessLog) ? { accessLog } : {};
}
