import { existsSync } from 'node:fs';
import type { ApiState } from '../../src/api/api-state.ts';
import { ObjectHistory } from '../../src/api/read/object-history.ts';
import type { StatusReport } from '../../src/api/status-report.ts';
import { toJson } from '../../src/diagnostics/to-json.ts';
import type { LogSource } from '../../src/model/logs.ts';
import type { PodPrograms } from '../../src/model/pod-programs.ts';
import { listenerReports } from '../../src/session/derive/listener-urls.ts';
import { declaredText } from '../../src/session/objects/declared-text.ts';
import { listObjects } from '../../src/session/objects/object-view.ts';
import { podSocket } from '../../src/session/objects/pod-socket.ts';
import type { Session } from '../../src/session/session.ts';
import type { SessionState } from '../../src/session/state.ts';
import { instanceView } from '../../src/session/view/instance-view.ts';
import { EventRecorder } from './event-recorder.ts';
import { objectWriter } from './object-writer.ts';
import { tenantConfiguration } from './tenant-configuration.ts';

/** What the instance's API may ask for beside what the session can do. */
export interface InstanceControls {
  readonly paths: readonly string[];
  /** Stops the instance in order. */
  readonly stop: () => void;
  /** Reads all files again. */
  readonly reread: () => void;
  readonly logs: LogSource;
  readonly programs?: PodPrograms | undefined;
  readonly access: ApiState['access'];
}

/** What the instance's API reads of a session, and what it may ask of it. */
export function sessionApi(
  session: Session,
  { paths, stop, reread, logs, programs, access }: InstanceControls,
): ApiState {
  const events = new EventRecorder(session);
  // Objects change with the session's state, Events with what happened.
  let seen: { readonly state: SessionState; readonly events: readonly unknown[] } | undefined;
  const history = new ObjectHistory({
    read: (kind) => listObjects(session.state, kind, events.list()),
    state() {
      const { state } = session;
      const recorded = events.list();
      if (seen?.state !== state || seen.events !== recorded) seen = { state, events: recorded };
      return seen;
    },
    // Above all that an earlier instance can have given, were it one for each millisecond.
    firstVersion: Date.now(),
  });
  return {
    writer: objectWriter(session),
    list: (kind) => history.list(kind),
    get: (kind, namespace, name) => history.get(kind, namespace, name),
    resourceVersion: () => String(history.version),
    changesSince: (kind, version) => history.changesSince(kind, version),
    status: () => statusReport(session.state, paths),
    eventsSince: (seq) => session.log.since(seq),
    subscribe: (listener) => session.onChange(listener),
    scale: (namespace, name, replicas) => session.post({ type: 'scale', namespace, name, replicas }),
    stop,
    view: () => instanceView(session.state),
    configuration: (tenant) => tenantConfiguration(session.state, tenant),
    source: (ref) => declaredText(session.state, ref),
    killPod: (namespace, name) => session.post({ type: 'kill-pod', namespace, name }),
    restartProxy: (tenant) => session.post({ type: 'restart-proxy', tenant }),
    reread,
    logs,
    programs,
    podSocket: (namespace, name, port) => podSocket(session.state, { namespace, name, port }),
    access,
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
      ...filesOf(state, name),
      ...(envoy.pid === undefined ? {} : { envoyPid: envoy.pid }),
      ...(envoy.container === undefined ? {} : { container: envoy.container }),
    })),
    diagnostics: [...diagnostics.values()]
      .map(toJson)
      .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity)),
  };
}

/** What is there on this machine: not every Envoy writes an access log. */
function filesOf(
  { settings }: SessionState,
  tenant: string,
): { readonly accessLog?: string; readonly adminSocket?: string } {
  const { accessLog, adminSocket } = settings.files(tenant);
  return {
    ...(existsSync(accessLog) ? { accessLog } : {}),
    ...(existsSync(adminSocket) ? { adminSocket } : {}),
  };
}
