import type { ControlPlaneEvent } from './control-plane.ts';
import { DeltaStream } from './delta-stream.ts';
import type { StreamEdges, Target } from './stream-edges.ts';

/** A tenant: what its Envoy shall have, and the streams of its Envoy (two for a moment, while one replaces another). */
export class TenantStreams {
  readonly #name: string;
  readonly #emit: (event: ControlPlaneEvent) => void;
  readonly #streams = new Map<DeltaStream, () => void>();
  #target: Target | undefined;
  #ackedVersion: string | undefined;

  constructor(name: string, emit: (event: ControlPlaneEvent) => void) {
    this.#name = name;
    this.#emit = emit;
  }

  /** Version that an Envoy which is connected has acknowledged completely. */
  get ackedVersion(): string | undefined {
    return this.#ackedVersion;
  }

  setTarget(target: Target): void {
    this.#target = target;
    for (const stream of this.#streams.keys()) stream.setTarget(target);
  }

  /** A stream has proved that it is of this tenant. `end` closes its connection. */
  open(edges: Omit<StreamEdges, 'emit'>, envoyVersion: string | undefined, end: () => void): DeltaStream {
    const emit = (event: ControlPlaneEvent): void => {
      if (event.type === 'snapshot-applied') this.#ackedVersion = event.version;
      this.#emit(event);
    };
    const stream = new DeltaStream(this.#name, { ...edges, emit });
    this.#streams.set(stream, end);
    this.#emit({ type: 'proxy-connected', tenant: this.#name, envoyVersion });
    if (this.#target !== undefined) stream.setTarget(this.#target);
    return stream;
  }

  /** A stream has ended. */
  closed(stream: DeltaStream): void {
    stream.close();
    if (!this.#streams.delete(stream) || this.#streams.size > 0) return;
    this.#ackedVersion = undefined;
    this.#emit({ type: 'proxy-disconnected', tenant: this.#name });
  }

  /** Ends all streams. */
  end(): void {
    for (const end of this.#streams.values()) end();
  }
}
