import { resolve } from 'node:path';
import type { ApiState } from '../../src/api/api-state.ts';
import type { ControlPlane } from '../../src/control-plane/control-plane.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { initialState } from '../../src/session/initial-state.ts';
import { Session } from '../../src/session/session.ts';
import { createTranslator } from '../../src/translate/build.ts';
import type { Fidelity } from '../../src/translate/translation.ts';
import type { FileWatch } from '../../src/watch/watch-files.ts';
import { instanceLogs } from './instance-logs.ts';
import { type EffectTargets, runEffect } from './run-effect.ts';
import { sessionApi } from './session-api.ts';
import { watchInto } from './watch-into.ts';

/** What a session is made of. */
export interface SessionParts {
  readonly runtime: Runtime;
  readonly controlPlane: ControlPlane;
  readonly fidelity: Fidelity;
  readonly startedAtMs: number;
  readonly instance: string;
  readonly signal: AbortSignal;
  readonly onBindings: EffectTargets['onBindings'];
  /** Files and folders to watch. */
  readonly paths: readonly string[];
  /** Folder in which objects of the API outlive the instance, absolute. */
  readonly persist?: string | undefined;
  /** Somebody asked through the API to stop. */
  readonly onStopWish: () => void;
  readonly access: ApiState['access'];
}

/** A session with what reads into it and what it is read by. */
export interface OpenSession {
  readonly session: Session;
  readonly api: ApiState;
  /** Reads the files, posts them, and from then on what changes. */
  watch(): FileWatch;
}

/**
 * Makes the session and connects it to the edges. With this file comes all that reads, checks and translates manifests:
 * it is loaded when the processes that take longer have been started.
 */
export function openSession(parts: SessionParts): OpenSession {
  const { runtime, controlPlane, fidelity, startedAtMs, instance, signal, onBindings } = parts;
  const watchedPaths = parts.paths.map((path) => resolve(path));
  const settings = {
    instance,
    runtime: runtime.name,
    envoyVersion: runtime.envoyVersion,
    fidelity,
    traits: runtime,
    paths: (tenant: string) => ({
      accessLog: runtime.accessLogPath(tenant),
      eventLog: runtime.eventLogPath(tenant),
      adminSocket: runtime.adminSocketPath(tenant),
    }),
    files: (tenant: string) => runtime.filesOf(tenant),
    startedAtMs,
    watchedPaths,
  };
  let watcher: FileWatch | undefined;
  const session: Session = new Session(initialState(settings), {
    now: Date.now,
    observe: () => runtime.observe(),
    translate: createTranslator(),
    run: (effect) =>
      runEffect(effect, { runtime, controlPlane, post: (input) => session.post(input), signal, onBindings }),
  });
  return {
    session,
    api: sessionApi(session, {
      paths: watchedPaths,
      stop: parts.onStopWish,
      reread: () => watcher?.reread(),
      logs: instanceLogs(runtime),
      programs: runtime.programs,
      access: parts.access,
    }),
    watch() {
      watcher = watchInto(session, parts.paths, parts.persist);
      return watcher;
    },
  };
}
