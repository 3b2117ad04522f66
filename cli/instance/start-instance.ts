import type { InstanceClaim } from '../../src/runtime/process/instances.ts';
import type { Binding, RemovedCounts } from '../../src/runtime/runtime.ts';
import type { RuntimeEvent } from '../../src/runtime/runtime-event.ts';
import type { Session, SessionListener } from '../../src/session/session.ts';
import type { Fidelity } from '../../src/translate/translation.ts';
import type { ChosenRuntime } from './choose-runtime.ts';
import { openControlPlane } from './open-control-plane.ts';
import { startRuntime } from './start-runtime.ts';

export interface InstanceOptions {
  readonly claim: InstanceClaim;
  readonly runtime: ChosenRuntime;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
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
 * Wires the edges to a session: the composition root. What takes longest to start, other processes, is started first;
 * code is loaded when it is needed, and only after what can run beside that.
 */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const { claim, env, fidelity, paths, startedAtMs } = options;
  const ending = new AbortController();
  // What the edges tell before there is a session waits for it.
  const early: Parameters<Session['post']>[0][] = [];
  let post: Session['post'] = (input) => early.push(input);
  const onRuntimeEvent = (event: RuntimeEvent) => post({ type: 'runtime', event });

  const { record, stateFile } = claim;
  const runtime = await startRuntime(options.runtime, { claim, env, onEvent: onRuntimeEvent });
  const [controlPlane, { openSession }] = await Promise.all([
    openControlPlane({ stateFile, onEvent: (event) => post({ type: 'control-plane', event }) }),
    import('./open-session.ts'),
  ]);
  const { session, api, watch } = openSession({
    ...{ runtime, controlPlane, fidelity, startedAtMs, paths },
    instance: record.name,
    signal: ending.signal,
    onBindings: options.onBindings,
    onStopWish: options.onStopWish,
  });
  post = (input) => session.post(input);
  session.subscribe(options.onEvents);
  const watcher = watch();
  for (const input of early) session.post(input);
  session.flush();
  const { startApi } = await import('../../src/api/start-api.ts');
  const server = await startApi({ socketPath: record.apiSocket, state: api });
  return {
    session,
    async stop({ force }) {
      ending.abort();
      const removed = runtime.close({ force });
      watcher.close();
      await server.close();
      const counts = await removed;
      await controlPlane.close();
      claim.release();
      return counts;
    },
  };
}
