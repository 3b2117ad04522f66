/** A pod, by its names. */
export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** How a program ended. */
export interface ProgramEnd {
  /** Absent: that is not known. */
  readonly exitCode?: number;
}

/** A program in a pod, as who is connected to it sees it. */
export interface ProgramConnection {
  /** Writes to its standard input, where it has one. */
  write(bytes: Uint8Array): void;
  /** Its standard input gets no more. */
  endInput(): void;
  /** Changes the size of its terminal, where it has one; in characters. */
  resize(size: { readonly width: number; readonly height: number }): void;
  /** Resolves when it has ended and all that it wrote was told. */
  readonly ended: Promise<ProgramEnd>;
  /** Listens to it no more. */
  close(): void;
}

/** Takes what a program writes; what it answers is waited for before the next. With a terminal, all is `stdout`. */
export type ProgramOutput = (bytes: Uint8Array, stream: 'stdout' | 'stderr') => void | Promise<void>;

/** What is started in a pod beside its own program. */
export interface ExecRequest {
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

/** Ways to the programs of pods. All reject with an error whose message says why it cannot be. */
export interface PodPrograms {
  /** Starts a program in a pod that runs. */
  exec(pod: PodName, request: ExecRequest, onOutput: ProgramOutput): Promise<ProgramConnection>;
  /**
   * Connects to a pod's own program. The first who comes to one that reads its standard input also gets what it wrote
   * before.
   */
  attach(pod: PodName, onOutput: ProgramOutput): Promise<ProgramConnection>;
}
