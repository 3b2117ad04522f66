import type { ApiAccess, ApiState } from '../../src/api/api-state.ts';
import type { InstanceClaim } from '../../src/runtime/process/instances.ts';
import type { Binding, RemovedCounts } from '../../src/runtime/runtime.ts';
import type { RuntimeEvent } from '../../src/runtime/runtime-event.ts';
import type { Session, SessionListener } from '../../src/session/session.ts';
import type { Fidelity } from '../../src/translate/translation.ts';
import type { ChosenRuntime } from './choose-runtime.ts';
import { openControlPlane } from './open-control-plane.ts';
import type { Persistence } from './persist-objects.ts';
import { startRuntime } from './start-runtime.ts';

export interface InstanceOptions {
  readonly claim: InstanceClaim;
  readonly runtime: ChosenRuntime;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fidelity: Fidelity;
  /** Files and folders to watch, absolute. */
  readonly paths: readonly string[];
  /** Folder in which objects of the API outlive the instance. */
  readonly persist?: string | undefined;
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
  /** What its API reads and asks for. */
  readonly api: ApiState;
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
  let grant: (access: ApiAccess) => void = () => {};
  let refuse: (reason: unknown) => void = () => {};
  const access = new Promise<ApiAccess>((resolve, reject) => {
    grant = resolve;
    refuse = reject;
  });
  // Whoever asks for it hears why there is none.
  access.catch(() => undefined);
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
    ...{ runtime, controlPlane, fidelity, startedAtMs, paths, persist: options.persist },
    instance: record.name,
    signal: ending.signal,
    onBindings: options.onBindings,
    onStopWish: options.onStopWish,
    access: () => access,
  });
  post = (input) => session.post(input);
  session.subscribe(options.onEvents);
  const kept = options.persist === undefined ? undefined : await keepObjects(session, options.persist);
  const watcher = watch();
  for (const input of early) session.post(input);
  session.flush();
  const { startApi } = await import('../../src/api/start-api.ts');
  const server = await startApi({ socketPath: record.apiSocket, state: api });
  // Nobody waits for the port but those who ask for it.
  void import('./open-access.ts').then(({ openAccess }) => openAccess(server, claim)).then(grant, refuse);
  return {
    session,
    api,
    async stop({ force }) {
      ending.abort();
      const removed = runtime.close({ force });
      watcher.close();
      kept?.close();
      await server.close();
      const counts = await removed;
      await controlPlane.close();
      claim.release();
      return counts;
    },
  };
}

/** Before the files are read: what they declare counts for more. */
async function keepObjects(session: Session, folder: string): Promise<Persistence> {
  const { persistObjects } = await import('./persist-objects.ts');
  return persistObjects(session, folder);
}
