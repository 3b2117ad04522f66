import { writeSync } from 'node:fs';
import { type KeyInput, KeyParser } from './parse-keys.ts';
import type { Size } from './screen/box.ts';

const enterScreen = '\u001b[?1049h\u001b[?25l\u001b[?2004h\u001b[2J';
const leaveScreen = '\u001b[?2004l\u001b[0m\u001b[?25h\u001b[?1049l';

export interface TerminalOptions {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** File descriptor of `stdout`. */
  readonly fd: number;
  readonly onKeys: (keys: readonly KeyInput[]) => void;
  /** The size changed, or the screen must be drawn from nothing. */
  readonly onRedraw: () => void;
}

/** Who owns the terminal while the app runs: the alternate screen, the cursor, raw input. Puts everything back on every way out. */
export class Terminal {
  readonly #options: TerminalOptions;
  readonly #parser = new KeyParser();
  #shown: readonly string[] = [];
  #isOpen = false;
  /** The terminal went away: nobody reads what is written. */
  #isGone = false;
  #escapeTimer: NodeJS.Timeout | undefined;

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  get size(): Size {
    const { columns, rows } = this.#options.stdout;
    return { columns: columns || 80, rows: rows || 24 };
  }

  open(): void {
    const { stdin, stdout } = this.#options;
    this.#enter();
    stdin.on('data', this.#onData);
    stdin.on('error', this.#onGone);
    stdout.on('resize', this.#onResize);
    process.on('exit', this.#leaveNow);
    process.on('SIGCONT', this.#onContinue);
    // The terminal may be there still (kill -HUP): whether it is, writing to it tells.
    process.prependListener('SIGHUP', this.#leaveNow);
    // Before whoever reports it: a message in the alternate screen would be lost.
    process.prependListener('uncaughtException', this.#leaveNow);
  }

  /** Draws a screen: only lines that changed are written, each in its place. */
  paint(text: string): void {
    if (!this.#isOpen || this.#isGone) return;
    const lines = text.split('\n');
    let written = '';
    const height = Math.max(lines.length, this.#shown.length);
    for (let index = 0; index < height; index += 1) {
      const line = lines[index] ?? '';
      if (line !== this.#shown[index]) written += `\u001b[${index + 1};1H${line}\u001b[0m\u001b[K`;
    }
    this.#shown = lines;
    // In one piece, so that a terminal that knows how shows it in one piece.
    if (written !== '') this.#options.stdout.write(`\u001b[?2026h${written}\u001b[?2026l`);
  }

  /** Everything that is there counts as gone: the next screen is written as a whole. */
  forget(): void {
    this.#shown = [];
    if (this.#isOpen && !this.#isGone) this.#options.stdout.write('\u001b[2J');
  }

  /** Asks the terminal to put a text into the clipboard (OSC 52); those that do not know it ignore it. */
  copy(text: string): void {
    if (this.#isGone) return;
    this.#options.stdout.write(`\u001b]52;c;${Buffer.from(text, 'utf8').toString('base64')}\u0007`);
  }

  /**
   * Gives the terminal back to the shell until the process is continued. The whole group is stopped, as the terminal itself
   * would do: behind `npx`, the shell waits for that.
   */
  suspend(): void {
    this.#leaveNow();
    process.kill(0, 'SIGTSTP');
  }

  /** Gives it back for good. */
  close(): void {
    const { stdin, stdout } = this.#options;
    clearTimeout(this.#escapeTimer);
    this.#leaveNow();
    stdin.off('data', this.#onData);
    stdin.off('error', this.#onGone);
    stdout.off('resize', this.#onResize);
    process.off('exit', this.#leaveNow);
    process.off('SIGCONT', this.#onContinue);
    process.off('SIGHUP', this.#leaveNow);
    process.off('uncaughtException', this.#leaveNow);
    stdin.pause();
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  #enter(): void {
    const { stdin, stdout } = this.#options;
    this.#isOpen = true;
    this.#shown = [];
    stdin.setRawMode(true);
    stdin.setEncoding('utf8');
    stdin.resume();
    stdout.write(enterScreen);
  }

  readonly #leaveNow = (): void => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#isGone) return;
    try {
      this.#options.stdin.setRawMode(false);
      // At once: in a process that ends, what a stream has queued may never be written.
      writeSync(this.#options.fd, leaveScreen);
    } catch {
      this.#isGone = true;
    }
  };

  readonly #onData = (text: string | Buffer): void => {
    clearTimeout(this.#escapeTimer);
    const keys = this.#parser.feed(String(text));
    if (keys.length > 0) this.#options.onKeys(keys);
    const { patienceMs } = this.#parser;
    if (patienceMs === undefined) return;
    this.#escapeTimer = setTimeout(() => {
      const late = this.#parser.flush();
      if (late.length > 0) this.#options.onKeys(late);
    }, patienceMs);
  };

  readonly #onResize = (): void => {
    if (!this.#isOpen) return;
    this.forget();
    this.#options.onRedraw();
  };

  readonly #onContinue = (): void => {
    if (this.#isGone) return;
    if (!this.#isOpen) this.#enter();
    this.forget();
    this.#options.onRedraw();
  };

  readonly #onGone = (): void => {
    this.#isGone = true;
  };
}
