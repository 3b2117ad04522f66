import type { ProgramConnection, ProgramEnd, ProgramOutput } from '../../../model/pod-programs.ts';
import type { RunningContainer } from '../containers.ts';

/** So much of what an interactive program wrote is kept for the first who comes, bytes. */
const keptBytes = 256 * 1024;

/** So many pieces may wait for a reader that is slow: what comes meanwhile is left out. */
const longestQueue = 1000;

/** So long the end of an interactive program waits for somebody to come who wants to see it, milliseconds. */
const firstReaderMs = 2000;

/** How a program talks to who is attached to it (core/v1 `Container`). */
export interface ConsoleKind {
  readonly stdin?: boolean;
  /** Its standard input ends with the first who was attached. */
  readonly stdinOnce?: boolean;
  readonly tty?: boolean;
}

type Chunk = readonly [Uint8Array, 'stdout' | 'stderr'];

/** What goes between a pod's own program and those who are attached to it. */
export class Console {
  readonly #kind: ConsoleKind;
  readonly #readers = new Set<ProgramOutput>();
  #early: Chunk[] = [];
  #earlyBytes = 0;
  #container: RunningContainer | undefined;
  #hadReader = false;
  #onChange: () => void = () => {};

  constructor(kind: ConsoleKind = {}) {
    this.#kind = kind;
  }

  /** Whether somebody is expected who reads what it writes, and answers. */
  get isInteractive(): boolean {
    return this.#kind.stdin === true;
  }

  /** The program runs, for the first time or again. */
  begin(container: RunningContainer): void {
    this.#container = container;
    container.onBytes((bytes, stream) => this.#tell([bytes, stream]));
  }

  /** What was written is known now, but for lines that have no end yet: the first who comes gets only those. */
  logWasRead(): void {
    const unfinished = (['stdout', 'stderr'] as const).flatMap((stream): Chunk[] => {
      const chunks = this.#early.flatMap(([bytes, of]) => (of === stream ? [bytes] : []));
      const bytes = Buffer.concat(chunks);
      const rest = bytes.subarray(bytes.lastIndexOf('\n') + 1);
      return rest.length === 0 ? [] : [[rest, stream]];
    });
    this.#early = unfinished;
  }

  /** @throws when its program did not run yet */
  attach(onOutput: ProgramOutput): ProgramConnection {
    const container = this.#container;
    if (container === undefined) throw new Error('its container is not created yet');
    const early = this.#early;
    this.#early = [];
    this.#hadReader = true;
    let queue = Promise.resolve();
    let length = 0;
    const reader: ProgramOutput = (bytes, stream) => {
      if (length >= longestQueue) return;
      length += 1;
      queue = queue.then(async () => {
        await onOutput(bytes, stream);
        length -= 1;
      });
    };
    for (const [bytes, stream] of early) void reader(bytes, stream);
    this.#readers.add(reader);
    this.#onChange();
    const { stdin } = container;
    return {
      write: (bytes) => void (stdin?.writable === true && stdin.write(bytes)),
      endInput: () => void stdin?.end(),
      resize: (size) => container.resize(size),
      // How it ended its pod says.
      ended: container.outputEnded.then(() => queue).then((): ProgramEnd => ({})),
      close: () => {
        this.#readers.delete(reader);
        if (this.#kind.stdinOnce === true) stdin?.end();
        this.#onChange();
      },
    };
  }

  /** Resolves when nobody is attached any more, and somebody was or does not come. */
  released(): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.#hadReader || this.#readers.size > 0) return;
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#hadReader = true;
        look();
      }, firstReaderMs);
      this.#onChange = look;
      look();
    });
  }

  #tell(chunk: Chunk): void {
    for (const reader of this.#readers) void reader(...chunk);
    if (!this.isInteractive || this.#hadReader || this.#earlyBytes > keptBytes) return;
    this.#early.push(chunk);
    this.#earlyBytes += chunk[0].length;
  }
}
