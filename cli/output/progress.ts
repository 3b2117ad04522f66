import { displayWidth, type Paint } from './colors.ts';

/** How far something has come. */
export interface Progress {
  readonly done: number;
  /** `undefined` while it is not known. */
  readonly total: number | undefined;
}

/** Least time between two drawings, milliseconds: a terminal need not be flooded. */
const drawEveryMs = 80;

/** Where a bar is drawn. */
export interface ProgressTarget {
  readonly stream: NodeJS.WriteStream;
  readonly paint: Paint;
  readonly now: () => number;
}

/**
 * One line that grows from left to right on a terminal; where there is none, the label once and `done` at the end, so
 * that logs stay readable. Amounts are bytes.
 */
export class ProgressBar {
  readonly #label: string;
  readonly #target: ProgressTarget;
  #lastDrawMs = Number.NEGATIVE_INFINITY;
  #isStarted = false;
  #isLive = false;

  constructor(label: string, target: ProgressTarget) {
    this.#label = label;
    this.#target = target;
  }

  update(progress: Progress): void {
    const { stream, now } = this.#target;
    const isTerminal = stream.isTTY === true;
    if (!isTerminal && !this.#isStarted) stream.write(`${this.#label} …\n`);
    this.#isStarted = true;
    if (!isTerminal || now() - this.#lastDrawMs < drawEveryMs) return;
    this.#lastDrawMs = now();
    this.#isLive = true;
    stream.write(`\r\u001b[2K${this.#line(progress)}`);
  }

  /** Ends the line. `outcome` is what is said at its end. */
  finish(outcome = 'done'): void {
    const { stream, paint } = this.#target;
    if (!this.#isStarted) return;
    const line = `${this.#label} ${paint('green', '✓')} ${outcome}`;
    stream.write(this.#isLive ? `\r\u001b[2K${line}\n` : `${line}\n`);
    this.#isStarted = false;
  }

  #line({ done, total }: Progress): string {
    const { stream, paint } = this.#target;
    if (total === undefined || total <= 0) return `${this.#label} ${formatBytes(done)}`;
    const share = Math.min(1, done / total);
    const figures = ` ${String(Math.round(share * 100)).padStart(3)} %  ${formatBytes(done)} of ${formatBytes(total)}`;
    const room = Math.min(30, (stream.columns ?? 80) - displayWidth(this.#label) - figures.length - 4);
    if (room < 5) return `${this.#label}${figures}`;
    const full = Math.round(share * room);
    return `${this.#label} ${paint('cyan', '█'.repeat(full))}${paint('dim', '░'.repeat(room - full))}${figures}`;
  }
}

/** `12.3 MB`, in decimal units as package indexes show them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
