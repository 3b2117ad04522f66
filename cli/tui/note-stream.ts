import { Writable } from 'node:stream';

const escapeCode = String.fromCharCode(27);

/** Lines that are kept. */
const keptLines = 200;

/**
 * A stream in the place of standard error while the app owns the terminal: what is written there becomes lines, with what
 * progress bars do to a line that they draw again.
 */
export class NoteStream extends Writable {
  readonly isTTY = true;
  readonly columns = 76;
  readonly rows = 12;
  readonly #onChange: () => void;
  #lines: string[] = [''];

  constructor(onChange: () => void) {
    super({ decodeStrings: false });
    this.#onChange = onChange;
  }

  /** What stands there, without colours. */
  get lines(): readonly string[] {
    return this.#lines.filter((line) => line !== '');
  }

  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.#take(String(chunk));
    this.#onChange();
    done();
  }

  #take(text: string): void {
    const parts = text.split(new RegExp(`(\\n|\\r|${escapeCode}\\[\\d*[A-Za-z])`));
    for (const part of parts) {
      const [, count = '', command] = new RegExp(`^${escapeCode}\\[(\\d*)([A-Za-z])$`).exec(part) ?? [];
      if (part === '\n') this.#lines.push('');
      else if (part === '\r' || command === 'K') this.#lines[this.#lines.length - 1] = '';
      // Up so many lines, to draw them again.
      else if (command === 'A') this.#lines.splice(-Number(count || 1) - 1, Number(count || 1) + 1, '');
      else if (command === undefined) this.#lines[this.#lines.length - 1] += part;
    }
    this.#lines = this.#lines.slice(-keptLines);
  }
}
