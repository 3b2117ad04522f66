import type Dockerode from 'dockerode';
import type { Environment } from '../../process/run-directory.ts';
import type { RuntimeEvent } from '../../runtime-event.ts';
import { type ForeignImage, resolveForeignImage } from '../images/foreign-image.ts';
import { ImageUnavailable } from '../images/image-unavailable.ts';
import { ImageArrivals } from './image-arrivals.ts';

/** An image, or why there is none. */
export type ForeignImageResult =
  | { readonly image: ForeignImage }
  | { readonly reason: string; readonly hint: string };

export interface ForeignImagesOptions {
  readonly docker: Dockerode;
  readonly architecture: string;
  readonly env: Environment;
  readonly offline: boolean;
  onEvent(event: RuntimeEvent): void;
}

/** How long it is believed that an image cannot be had, milliseconds. */
const retryMs = 30_000;

/** Images that Deployments name: each is looked for once, however many pods there are. */
export class ForeignImages {
  readonly #options: ForeignImagesOptions;
  readonly #known = new Map<
    string,
    { readonly result: Promise<ForeignImageResult>; readonly untilMs: number }
  >();
  readonly #stopping = new AbortController();
  readonly #arrivals = new ImageArrivals((reference) => this.#isThere(reference));

  constructor(options: ForeignImagesOptions) {
    this.#options = options;
  }

  /** Present, or pulled; never throws for an image that cannot be had. */
  find(reference: string): Promise<ForeignImageResult> {
    const known = this.#known.get(reference);
    if (known !== undefined && performance.now() < known.untilMs) return known.result;
    const result = this.#find(reference);
    this.#known.set(reference, { result, untilMs: Number.POSITIVE_INFINITY });
    result.then(
      (found) => {
        const untilMs = performance.now() + ('image' in found ? 1000 : retryMs);
        this.#known.set(reference, { result, untilMs });
      },
      () => this.#known.delete(reference),
    );
    return result;
  }

  /** Calls back once, when the engine has an image that could not be had; the answer ends the waiting. */
  onceThere(reference: string, onThere: () => void): () => void {
    return this.#arrivals.wait(reference, onThere);
  }

  /** Ends what is being pulled. */
  close(): void {
    this.#stopping.abort();
    this.#arrivals.close();
  }

  /** Nothing is pulled for it. */
  async #isThere(reference: string): Promise<boolean> {
    try {
      const image = await resolveForeignImage({ ...this.#options, reference, offline: true });
      this.#known.set(reference, { result: Promise.resolve({ image }), untilMs: performance.now() + 1000 });
      return true;
    } catch {
      return false;
    }
  }

  async #find(reference: string): Promise<ForeignImageResult> {
    const { onEvent, ...options } = this.#options;
    const progress = { doneBytes: 0, totalBytes: 0 };
    let isPulling = false;
    const tell = (state: 'pulling' | 'pulled' | 'failed', reason?: string) =>
      onEvent({
        ...{ type: 'image-pull', image: reference, state, ...progress, cause: undefined },
        ...(reason !== undefined && { reason }),
      });
    try {
      const image = await resolveForeignImage({
        ...{ ...options, reference, signal: this.#stopping.signal },
        onProgress: ({ done, total = 0 }) => {
          isPulling = true;
          progress.doneBytes = done;
          progress.totalBytes = total;
          tell('pulling');
        },
      });
      if (isPulling) tell('pulled');
      return { image };
    } catch (error) {
      if (!(error instanceof ImageUnavailable)) throw error;
      if (isPulling) tell('failed', error.message);
      return { reason: error.message, hint: error.hint };
    }
  }
}
