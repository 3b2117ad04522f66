import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { labelKeys } from '../ownership/labels.ts';

/** Something that happened to a container or network of an instance. */
export interface EngineEvent {
  readonly type: 'container' | 'network';
  /** `die`, `pause`, `disconnect` … */
  readonly action: string;
  /** Of the container or network. */
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface EngineWatchOptions {
  readonly docker: Dockerode;
  readonly instance: string;
  onEvent(event: EngineEvent): void;
  /** The engine does not answer any more. */
  onLost(reason: string): void;
  /** It answers again, the same one or another. */
  onBack(awayMs: number): void;
}

/** Pauses between questions to an engine that is gone, milliseconds. */
const firstPauseMs = 100;
const longestPauseMs = 2000;

/** An engine that takes longer to say that it is there counts as gone. */
const pingPatienceMs = 5000;

/**
 * Follows what happens in an engine until it is closed: containers of the instance, and all networks, whose events carry
 * no labels. When the streams end, the engine is asked whether it is still there.
 */
export function watchEngine(options: EngineWatchOptions): { close(): void } {
  return new EngineWatch(options);
}

class EngineWatch {
  readonly #options: EngineWatchOptions;
  #streams: Readable[] = [];
  #isClosed = false;
  #isConnecting = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: EngineWatchOptions) {
    this.#options = options;
    void this.#connect();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#drop();
  }

  async #connect(): Promise<void> {
    if (this.#isClosed || this.#isConnecting) return;
    this.#isConnecting = true;
    const { docker, instance } = this.#options;
    try {
      const streams = await Promise.all([
        docker.getEvents({
          filters: { type: ['container'], label: [`${labelKeys.instance}=${instance}`] },
        }),
        docker.getEvents({ filters: { type: ['network'] } }),
      ]);
      // Node's own streams, by an older name in the types.
      this.#streams = streams as unknown as Readable[];
      for (const stream of this.#streams) this.#follow(stream);
      if (this.#isClosed) this.#drop();
    } catch (error) {
      void this.#ask((error as Error).message);
    } finally {
      this.#isConnecting = false;
    }
  }

  #follow(stream: Readable): void {
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') this.#tell(line);
    });
    const onEnd = () => {
      if (this.#isClosed || !this.#streams.includes(stream)) return;
      this.#drop();
      void this.#ask('it closed its event stream');
    };
    stream.on('error', onEnd).on('close', onEnd).on('end', onEnd);
  }

  #tell(line: string): void {
    const message = JSON.parse(line) as {
      readonly Type: string;
      readonly Action: string;
      readonly Actor: { readonly ID: string; readonly Attributes?: Readonly<Record<string, string>> };
    };
    const { Type: type, Action: action, Actor } = message;
    if (type !== 'container' && type !== 'network') return;
    this.#options.onEvent({ type, action, id: Actor.ID, attributes: Actor.Attributes ?? {} });
  }

  #drop(): void {
    const streams = this.#streams;
    this.#streams = [];
    for (const stream of streams) stream.destroy();
  }

  /** Streams end when an engine reloads as well as when it stops: only one that does not answer is lost. */
  async #ask(reason: string): Promise<void> {
    if (await this.#answers()) {
      await this.#connect();
      return;
    }
    if (this.#isClosed) return;
    const lostAt = performance.now();
    this.#options.onLost(reason);
    let pauseMs = firstPauseMs;
    while (!this.#isClosed && !(await this.#answers())) {
      await new Promise((resolve) => {
        this.#timer = setTimeout(resolve, pauseMs);
      });
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    }
    if (this.#isClosed) return;
    this.#options.onBack(Math.round(performance.now() - lostAt));
    await this.#connect();
  }

  async #answers(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), pingPatienceMs);
    });
    const answer = this.#options.docker.ping().then(
      () => true,
      () => false,
    );
    const result = await Promise.race([answer, late]);
    clearTimeout(timer);
    return result;
  }
}
