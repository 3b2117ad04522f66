import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { eventually, within } from './eventually.ts';
import { program, type Workspace } from './workspace.ts';

export interface PtyOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Arguments of the program. */
  readonly args: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** What is run in place of the program: a shell line in which `"$NODE" "$PROGRAM"` starts it, `$FOLDER` its manifests. */
  readonly shell?: string;
}

/** The real program in a real pseudo-terminal, and what a person would see of it. */
export class PtyScreen {
  readonly #pty: IPty;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;
  /** All that was written, escape codes included. */
  output = '';
  readonly #ended: Promise<{ readonly exitCode: number; readonly signal?: number | undefined }>;
  #isEnded = false;

  constructor(workspace: Workspace, { columns = 80, rows = 24, args, environment, shell }: PtyOptions) {
    const { CI: _ci, ...inherited } = workspace.environment;
    const env = {
      ...inherited,
      TERM: 'xterm-256color',
      FOLDER: workspace.folder,
      NODE: process.execPath,
      PROGRAM: program,
      ...environment,
    };
    const [file, list] =
      shell === undefined ? [process.execPath, [program, ...args]] : ['/bin/bash', ['-c', shell]];
    this.#pty = spawn(file, [...list], { cols: columns, rows, cwd: workspace.root, env });
    this.#terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
    this.#pty.onData((text) => {
      this.output += text;
      this.#terminal.write(text);
    });
    this.#ended = new Promise((resolve) =>
      this.#pty.onExit((end) => {
        this.#isEnded = true;
        resolve(end);
      }),
    );
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** Resolves when it has ended; rejects with what it shows when it does not. */
  get ended(): Promise<{ readonly exitCode: number; readonly signal?: number | undefined }> {
    return within('the program ends', this.#ended).catch((cause: unknown) => {
      throw new Error(`it has not ended, and shows\n${this.text}`, { cause });
    });
  }

  /** The rows that are on the screen now. */
  get lines(): readonly string[] {
    const { active } = this.#terminal.buffer;
    return Array.from(
      { length: this.#terminal.rows },
      (_, index) => active.getLine(active.baseY + index)?.translateToString(true) ?? '',
    );
  }

  get text(): string {
    return this.lines.join('\n');
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === 'alternate';
  }

  get isCursorShown(): boolean {
    return this.output.lastIndexOf('\u001b[?25h') >= this.output.lastIndexOf('\u001b[?25l');
  }

  /** Keys, as a terminal sends them. */
  type(text: string): void {
    this.#pty.write(text);
  }

  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows);
    this.#terminal.resize(columns, rows);
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }

  /** Waits until the screen shows this. */
  async until(what: string | RegExp, timeoutMs?: number): Promise<string> {
    const shows = () => (typeof what === 'string' ? this.text.includes(what) : what.test(this.text));
    try {
      return await eventually(`the screen shows ${what}`, () => shows() && this.text, timeoutMs);
    } catch (error) {
      throw new Error(`the screen does not show ${what}, but\n${this.text}`, { cause: error });
    }
  }

  /** The terminal goes away, as when its window is closed. */
  hangUp(): void {
    this.#pty.kill('SIGHUP');
    (this.#pty as unknown as { readonly destroy: () => void }).destroy();
  }

  /** Ends it at once, if it has not ended. */
  dispose(): void {
    if (!this.#isEnded) this.#pty.kill('SIGKILL');
    this.#terminal.dispose();
  }
}
