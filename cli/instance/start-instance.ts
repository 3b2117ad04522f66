import type { ControlPlane } from '../../src/control-plane/control-plane.ts';
import type { EnvoyBinary } from '../../src/runtime/process/envoy-binary.ts';
import type { InstanceClaim } from '../../src/runtime/process/instances.ts';
import type { Binding, RemovedCounts, Runtime, RuntimeEvent } from '../../src/runtime/runtime.ts';
import { initialState } from '../../src/session/initial-state.ts';
import { Session, type SessionListener } from '../../src/session/session.ts';
import type { Fidelity } from '../../src/translate/translation.ts';
import { openControlPlane } from './open-control-plane.ts';
import { runEffect } from './run-effect.ts';
import { sessionApi } from './session-api.ts';
import { watchInto } from './watch-into.ts';

export interface InstanceOptions {
  readonly claim: InstanceClaim;
  readonly envoy: EnvoyBinary;
  readonly fidelity: Fidelity;
  /** Files and folders to watch, absolute. */
  readonly paths: readonly string[];
  /** When the command was started, milliseconds since the epoch. */
  readonly startedAtMs: number;
  readonly onEvents: SessionListener;
  /** Ports were looked for. */
  readonly onBindings: (bindings: readonly Binding[]) => void;
  /** Somebody asked through the API to stop. */
  readonly onStopWish: () => void;
}

/** A running instance. */
export interface Instance {
  readonly session: Session;
  /** Stops all that it started, in order. With `force`: at once, also while an orderly stop is under way. */
  stop(options: { readonly force: boolean }): Promise<RemovedCounts>;
}

/**
 * Wires the edges to a session: the composition root. Slow parts start first and side by side; nothing waits for what
 * it does not need.
 */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const { claim, envoy, fidelity, paths, startedAtMs } = options;
  const ending = new AbortController();
  // What the edges tell before there is a session waits for it.
  const early: Parameters<Session['post']>[0][] = [];
  let post: Session['post'] = (input) => early.push(input);
  const onRuntimeEvent = (event: RuntimeEvent) => post({ type: 'runtime', event });

  const { startProcessRuntime } = await import('../../src/runtime/process/process-runtime.ts');
  const { record, runFolder, stateFile } = claim;
  const runtime = await startProcessRuntime({
    ...{ instance: record.name, runFolder, stateFile, envoy },
    onEvent: onRuntimeEvent,
  });
  const controlPlane = await openControlPlane({
    stateFile,
    onEvent: (event) => post({ type: 'control-plane', event }),
  });
  const session = await makeSession({
    runtime,
    controlPlane,
    fidelity,
    startedAtMs,
    instance: record.name,
    signal: ending.signal,
    onBindings: options.onBindings,
  });
  post = (input) => session.post(input);
  session.subscribe(options.onEvents);
  const watcher = watchInto(session, paths);
  for (const input of early) session.post(input);
  const { startApi } = await import('../../src/api/start-api.ts');
  const api = await startApi({
    socketPath: record.apiSocket,
    state: sessionApi(session, paths, options.onStopWish),
  });
  return {
    session,
    async stop({ force }) {
      ending.abort();
      const removed = runtime.close({ force });
      watcher.close();
      await api.close();
      const counts = await removed;
      await controlPlane.close();
      claim.release();
      return counts;
    },
  };
}

interface SessionParts {
  readonly runtime: Runtime;
  readonly controlPlane: ControlPlane;
  readonly fidelity: Fidelity;
  readonly startedAtMs: number;
  readonly instance: string;
  readonly signal: AbortSignal;
  readonly onBindings: InstanceOptions['onBindings'];
}

async function makeSession(parts: SessionParts): Promise<Session> {
  const { runtime, controlPlane, fidelity, startedAtMs, instance, signal, onBindings } = parts;
  const { createTranslator } = await import('../../src/translate/build.ts');
  const settings = {
    instance,
    runtime: runtime.name,
    envoyVersion: runtime.envoyVersion,
    fidelity,
    controlPlane: controlPlane.address,
    paths: (tenant: string) => ({
      accessLog: runtime.accessLogPath(tenant),
      eventLog: runtime.eventLogPath(tenant),
      adminSocket: runtime.adminSocketPath(tenant),
    }),
    startedAtMs,
  };
  const session: Session = new Session(initialState(settings), {
    now: Date.now,
    observe: () => runtime.observe(),
    translate: createTranslator(),
    run: (effect) =>
      runEffect(effect, { runtime, controlPlane, post: (input) => session.post(input), signal, onBindings }),
  });
  return session;
}
