import { isDeepStrictEqual } from 'node:util';
import { afterCrash, CrashBackOff } from '../../crash-back-off.ts';
import { lastAnswersMs } from '../../last-answers.ts';
import type { PodImage } from '../../pod-image.ts';
import type { Cause, DesiredPod, ObservedPod } from '../../runtime.ts';
import type { ContainerSpec } from '../container-spec.ts';
import type { RunningContainer } from '../containers.ts';
import { engineMessage } from '../engine/engine-errors.ts';
import { passes } from '../passes.ts';
import { Console } from './console.ts';
import type { ForeignImageResult, ForeignImages } from './foreign-images.ts';
import { ImageMissing } from './image-missing.ts';
import { isFinal } from './is-final.ts';
import { appSpec, foreignSpec } from './pod-container-spec.ts';
import type { PodContainersOptions } from './pod-containers.ts';
import { PodProbes } from './pod-probes.ts';
import { probeCheck } from './probe-check.ts';
import { joinAll, releaseAddresses } from './reach.ts';

export interface PodParts extends PodContainersOptions {
  readonly images: ForeignImages;
}

/** How long a program of somebody else may take to end after SIGTERM, milliseconds. */
const gracePeriodMs = 2000;

/** An image that is found sooner was there; one that takes longer comes from elsewhere. */
const pullMs = 300;

/** A pod: its container, started again whenever its program ends. */
export class PodContainer {
  observed: ObservedPod;
  readonly console: Console;
  #spec: DesiredPod;
  #cause: Cause;
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
  /** Why it could not be started when that was last tried. */
  #failure: string | undefined;
  /** Ends the waiting for an image that an app stands in for. */
  #stopWaiting: () => void = () => {};
  /** Settles when the app that stood in for an image has given way to it. */
  #takeOver: Promise<void> | undefined;

  constructor(spec: DesiredPod, cause: Cause, parts: PodParts) {
    const { namespace, name } = spec;
    this.#spec = spec;
    this.#cause = cause;
    this.#parts = parts;
    this.console = new Console(spec.image?.console);
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
      this.#onFailed(engineMessage(error), error instanceof ImageMissing);
    }
  }

  /** Lets requests end that are under way, then ends it; with `force`, at once. */
  async stop({ force }: { readonly force: boolean }): Promise<void> {
    this.forget();
    await this.#takeOver;
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

  /** Takes over other files, beneath the program that runs, and other names, for its next start. Never throws. */
  async update(spec: DesiredPod): Promise<void> {
    const { files, binaryFiles } = this.#spec;
    const isFileChanged = !isDeepStrictEqual([files, binaryFiles], [spec.files, spec.binaryFiles]);
    this.#spec = spec;
    this.#observe({ spec });
    const container = this.#container;
    if (!isFileChanged || container === undefined) return;
    try {
      const { spec: wanted } = await this.#containerSpec();
      await container.putFiles(wanted);
    } catch (error) {
      const { namespace, name } = spec;
      this.#parts.onEvent({
        type: 'runtime-problem',
        message: `Pod ${namespace}/${name} runs on with its former files: ${engineMessage(error)}`,
        hint: 'It has the new ones when it is started again: kill it, or restart its Deployment.',
        cause: this.#cause,
      });
    }
  }

  /** Ends its program, which is started again as after any crash. What follows has this cause. */
  async kill(cause: Cause): Promise<void> {
    if (this.#container === undefined) return;
    this.#cause = cause;
    await this.#container.kill();
  }

  /** It is gone already, or about to go. */
  forget(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#probes?.stop();
    this.#stopWaiting();
  }

  /** Nobody else wants it any more. */
  releaseAddress(): Promise<void> {
    return releaseAddresses(this.#parts.cells, this.#owner);
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
    const found = await this.#find(images, image.reference);
    if ('image' in found) {
      this.#observe({ standIn: undefined });
      const joined = image.isNeeded ? { joined: await joinAll(cells, namespace, this.#owner) } : {};
      const spec = foreignSpec({ ...this.#spec, image }, found.image, { ...place, ...joined });
      return { spec, isForeign: true };
    }
    if (image.isNeeded) throw new ImageMissing(found.reason);
    this.#observe({ standIn: found.reason });
    return { spec: appSpec(this.#spec, nodeImage, place), isForeign: false };
  }

  /** Others need not wait for a pod whose image is still on its way. */
  async #find(images: ForeignImages, reference: string): Promise<ForeignImageResult> {
    const late = setTimeout(() => {
      if (!this.#isStopped) this.#observe({ waiting: 'ImagePull' });
    }, pullMs);
    try {
      return await images.find(reference);
    } finally {
      clearTimeout(late);
      if (this.observed.waiting === 'ImagePull') this.#observe({ waiting: 'ContainerCreating' });
    }
  }

  #onStarted(container: RunningContainer, isForeign: boolean): void {
    const startedAt = performance.now();
    this.#failure = undefined;
    this.#container = container;
    this.#isForeign = isForeign;
    this.#isTold = false;
    this.#observe({ container: container.id, waiting: undefined });
    this.console.begin(container);
    void container.ended.then(async ({ exitCode }) => {
      // Who is to see what it wrote must come first: to them it runs until then.
      if (this.console.isInteractive && !this.#isStopped) await this.console.released();
      this.#onEnded(container, startedAt, exitCode);
    });
    const { image } = this.#spec;
    if (isForeign && image !== undefined) this.#probe(container, image);
    this.#stopWaiting();
    if (!isForeign && image !== undefined) {
      this.#stopWaiting = this.#parts.images.onceThere(image.reference, () => {
        this.#takeOver = this.#giveWay(container);
      });
    }
    // Our own apps say so themselves.
    const { log } = this.#parts;
    log.begin(this.#owner);
    container.onLine((line, stream) => {
      if (!isForeign && stream === 'stdout' && isReadyLine(line)) this.#onReady(container, true);
      else log.add(this.#owner, line, stream);
    });
  }

  /** The app that stood in ends as if the pod were stopped; the declared image runs in its place. */
  async #giveWay(container: RunningContainer): Promise<void> {
    if (this.#isStopped || this.#container !== container) return;
    this.#container = undefined;
    this.#observe({ ready: false, waiting: 'ContainerCreating' });
    const { namespace, name } = this.#spec;
    this.#parts.onEvent({ type: 'pod-stopped', namespace, name, willRestart: true, cause: this.#cause });
    await passes(lastAnswersMs, container);
    // Where the engine is gone, so is the container.
    await container.remove().catch(() => undefined);
    await this.start();
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
    const { namespace, name, image } = this.#spec;
    const code = exitCode === undefined ? {} : { exitCode };
    const willRestart = !isFinal(image, exitCode);
    const pauseMs = this.#backOff.pauseAfter(performance.now() - startedAt);
    if (!willRestart) this.#observe({ ready: false, waiting: undefined, ended: code });
    else {
      this.#observe(afterCrash(this.observed, pauseMs, exitCode));
      this.#again(pauseMs);
    }
    this.#parts.onEvent({ type: 'pod-stopped', namespace, name, ...code, willRestart, cause: this.#cause });
  }

  #onFailed(message: string, isImageMissing: boolean): void {
    if (this.#isStopped) return;
    const { namespace, name } = this.#spec;
    const pauseMs = Math.max(isImageMissing ? 2000 : 1000, this.#backOff.pauseAfter(0));
    this.#observe({ ready: false, waiting: isImageMissing ? 'ImagePullBackOff' : 'CrashLoopBackOff' });
    this.#again(pauseMs);
    // What has not changed is known.
    if (this.#failure === message) return;
    this.#failure = message;
    this.#parts.onEvent({
      type: 'runtime-problem',
      message: `Pod ${namespace}/${name} cannot start: ${message}`,
      hint: 'It is tried again after growing pauses; all others serve on.',
      cause: this.#cause,
    });
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

/** See `AppReady` of the pod program; log lines of the app come on the same stream. */
function isReadyLine(line: string): boolean {
  return line.startsWith('{"ready":true');
}
