import type { Cause, DesiredPod, ObservedPod, PodImage } from '../../runtime.ts';
import type { ContainerSpec } from '../container-spec.ts';
import type { RunningContainer } from '../containers.ts';
import { engineMessage } from '../engine/engine-errors.ts';
import { CrashBackOff } from './crash-back-off.ts';
import type { ForeignImages } from './foreign-images.ts';
import { appSpec, foreignSpec } from './pod-container-spec.ts';
import type { PodContainersOptions } from './pod-containers.ts';
import { PodProbes } from './pod-probes.ts';
import { probeCheck } from './probe-check.ts';

export interface PodParts extends PodContainersOptions {
  readonly images: ForeignImages;
}

/** How long an answer that is under way may take when the pod is to end, milliseconds. */
const lastAnswersMs = 400;

/** How long a program of somebody else may take to end after SIGTERM, milliseconds. */
const gracePeriodMs = 2000;

/** A pod: its container, started again whenever its program ends. */
export class PodContainer {
  observed: ObservedPod;
  readonly #spec: DesiredPod;
  readonly #cause: Cause;
  readonly #parts: PodParts;
  readonly #backOff = new CrashBackOff();
  #container: RunningContainer | undefined;
  #probes: PodProbes | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  /** Whether the declared image runs, and no app in its place. */
  #isForeign = false;
  /** Whether `pod-started` was told of the container that runs. */
  #isTold = false;

  constructor(spec: DesiredPod, cause: Cause, parts: PodParts) {
    const { namespace, name } = spec;
    this.#spec = spec;
    this.#cause = cause;
    this.#parts = parts;
    this.observed = { namespace, name, address: '', ready: false, spec, waiting: 'ContainerCreating' };
  }

  /** Resolves when the program runs, or could not be started: then it is tried again. Never throws. */
  async start(): Promise<void> {
    if (this.#isStopped) return;
    try {
      const { spec, isForeign } = await this.#containerSpec();
      if (this.#isStopped) return;
      const container = await this.#parts.containers.run(spec);
      if (this.#isStopped) return await container.remove();
      this.#onStarted(container, isForeign);
    } catch (error) {
      this.#onFailed(engineMessage(error));
    }
  }

  /** Lets requests end that are under way, then ends it; with `force`, at once. */
  async stop({ force }: { readonly force: boolean }): Promise<void> {
    this.forget();
    const container = this.#container;
    if (container === undefined) return;
    if (!force) {
      // No Envoy knows it any more; only what was sent before is still there.
      await passes(lastAnswersMs, container);
      await container.kill('SIGTERM');
      await passes(this.#isForeign ? gracePeriodMs : 0, container);
    }
    await container.remove();
  }

  /** It is gone already, or about to go. */
  forget(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#probes?.stop();
  }

  /** Nobody else wants it any more. */
  async releaseAddress(): Promise<void> {
    const { cells } = this.#parts;
    const { namespace } = this.#spec;
    if (!cells.namespaces().includes(namespace)) return;
    const cell = await cells.cell(namespace).catch(() => undefined);
    cell?.releaseAddress(this.#owner);
  }

  get #owner(): string {
    return `pod/${this.#spec.namespace}/${this.#spec.name}`;
  }

  async #containerSpec(): Promise<{ readonly spec: ContainerSpec; readonly isForeign: boolean }> {
    const { cells, names, nodeImage, images } = this.#parts;
    const { namespace, name, image } = this.#spec;
    const cell = await cells.cell(namespace);
    const place = { name: names.container(namespace, name), cell, address: cell.addressFor(this.#owner) };
    this.#observe({ address: place.address });
    if (image === undefined) return { spec: appSpec(this.#spec, nodeImage, place), isForeign: false };
    const found = await images.find(image.reference);
    if ('image' in found) {
      this.#observe({ standIn: undefined });
      return { spec: foreignSpec({ ...this.#spec, image }, found.image, place), isForeign: true };
    }
    this.#observe({ standIn: found.reason });
    return { spec: appSpec(this.#spec, nodeImage, place), isForeign: false };
  }

  #onStarted(container: RunningContainer, isForeign: boolean): void {
    const startedAt = performance.now();
    this.#container = container;
    this.#isForeign = isForeign;
    this.#isTold = false;
    this.#observe({ container: container.id, waiting: undefined });
    void container.ended.then(({ exitCode }) => this.#onEnded(container, startedAt, exitCode));
    if (isForeign && this.#spec.image !== undefined) this.#probe(container, this.#spec.image);
    // Our own apps say so themselves.
    container.onLine((line, stream) => {
      if (!isForeign && stream === 'stdout' && isReadyLine(line)) this.#onReady(container, true);
    });
  }

  #probe(container: RunningContainer, image: PodImage): void {
    const { docker } = this.#parts;
    const target = { docker, container: container.id, address: container.address };
    this.#probes = new PodProbes({
      image,
      check: (probe) => probeCheck(probe, target),
      onReady: (isReady) => this.#onReady(container, isReady),
      onDead: (which) => {
        const { namespace, name } = this.#spec;
        this.#parts.onEvent({
          type: 'runtime-problem',
          message: `Pod ${namespace}/${name}: its ${which} probe failed, so that it is started again.`,
          hint: 'Look at what the probe asks for.',
          cause: this.#cause,
        });
        // One that is gone has ended by itself.
        void container.kill().catch(() => undefined);
      },
    });
  }

  #onReady(container: RunningContainer, isReady: boolean): void {
    if (this.#isStopped || this.#container !== container) return;
    this.#observe({ ready: isReady });
    if (!isReady || this.#isTold) return;
    this.#isTold = true;
    const { namespace, name, address } = this.observed;
    this.#parts.onEvent({ type: 'pod-started', namespace, name, address, cause: this.#cause });
  }

  #onEnded(container: RunningContainer, startedAt: number, exitCode: number | undefined): void {
    if (this.#container !== container) return;
    this.#container = undefined;
    this.#probes?.stop();
    if (this.#isStopped) return;
    const pauseMs = this.#backOff.pauseAfter(performance.now() - startedAt);
    this.#observe({
      ready: false,
      waiting: pauseMs > 0 ? 'CrashLoopBackOff' : 'ContainerCreating',
      restarts: (this.observed.restarts ?? 0) + 1,
      lastExitCode: exitCode,
    });
    const { namespace, name } = this.#spec;
    const code = exitCode === undefined ? {} : { exitCode };
    this.#parts.onEvent({
      ...{ type: 'pod-stopped', namespace, name, ...code },
      ...{ willRestart: true, cause: this.#cause },
    });
    this.#again(pauseMs);
  }

  #onFailed(message: string): void {
    if (this.#isStopped) return;
    const { namespace, name } = this.#spec;
    const pauseMs = Math.max(1000, this.#backOff.pauseAfter(0));
    this.#observe({ ready: false, waiting: 'CrashLoopBackOff' });
    this.#parts.onEvent({
      type: 'runtime-problem',
      message: `Pod ${namespace}/${name} cannot start: ${message}`,
      hint: `It is tried again in ${pauseMs / 1000} s; all others serve on.`,
      cause: this.#cause,
    });
    this.#again(pauseMs);
  }

  #again(pauseMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.start(), pauseMs);
  }

  /** `undefined` takes a field away. */
  #observe(change: { readonly [Field in keyof ObservedPod]?: ObservedPod[Field] | undefined }): void {
    const next: Record<string, unknown> = { ...this.observed, ...change };
    for (const [field, value] of Object.entries(change)) if (value === undefined) delete next[field];
    this.observed = next as unknown as ObservedPod;
    this.#parts.onChange();
  }
}

function passes(ms: number, container: RunningContainer): Promise<unknown> {
  if (ms === 0) return Promise.resolve();
  return Promise.race([container.ended, new Promise((resolve) => setTimeout(resolve, ms))]);
}

/** See `AppReady` of the pod program; log lines of the app come on the same stream. */
function isReadyLine(line: string): boolean {
  return line.startsWith('{"ready":true');
}
