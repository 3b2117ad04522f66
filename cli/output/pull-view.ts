import type { PullProgress } from '../../src/runtime/docker/images/pull-progress.ts';
import { formatMs } from './duration.ts';
import { formatBytes, type ProgressTarget } from './progress.ts';
import { pullFigures, pullLines } from './pull-lines.ts';

/** Least time between two drawings, milliseconds. */
const drawEveryMs = 80;

/** Where no terminal is, a line is written for each tenth. */
const stepPercent = 10;

interface ShownPull {
  progress: PullProgress;
  /** The last tenth that has a line. */
  step: number;
}

/**
 * Shows pulls, several at once: on a terminal one line for each layer, drawn again and again; where there is none, one
 * line for each ten per cent, so that logs stay readable.
 */
export class PullView {
  readonly #target: ProgressTarget;
  readonly #pulls = new Map<string, ShownPull>();
  #linesDrawn = 0;
  #lastDrawMs = Number.NEGATIVE_INFINITY;

  constructor(target: ProgressTarget) {
    this.#target = target;
  }

  update(progress: PullProgress): void {
    const { reference } = progress;
    const isNew = !this.#pulls.has(reference);
    const pull = this.#pulls.get(reference) ?? { progress, step: 0 };
    pull.progress = progress;
    this.#pulls.set(reference, pull);
    if (this.#isTerminal) this.#drawSometimes();
    else this.#writeStep(pull, isNew);
  }

  /** Ends the lines of a pull. One that was never shown, because the image was there, gets none. */
  finish(reference: string, outcome: 'pulled' | 'failed'): void {
    const pull = this.#pulls.get(reference);
    if (pull === undefined) return;
    this.#clear();
    this.#pulls.delete(reference);
    const { stream, paint } = this.#target;
    const { done, elapsedMs } = pull.progress;
    const facts = `${formatBytes(done)} in ${formatMs(elapsedMs)}`;
    stream.write(
      outcome === 'pulled'
        ? `Pulled ${reference} ${paint('green', '✓')} ${facts}\n`
        : `Pulling ${reference} ${paint('red', '✗')} failed after ${facts}\n`,
    );
    if (this.#isTerminal && this.#pulls.size > 0) this.#draw();
  }

  get #isTerminal(): boolean {
    return this.#target.stream.isTTY === true;
  }

  #writeStep(pull: ShownPull, isNew: boolean): void {
    const { stream } = this.#target;
    const { reference, share = 0, isTotalExact, bytesPerSecond } = pull.progress;
    if (isNew) stream.write(`Pulling ${reference} …\n`);
    const step = Math.floor((share * 100) / stepPercent);
    // In the first moments a total is guessed from the smallest layers.
    const isGuess = !isTotalExact && bytesPerSecond === undefined;
    if (step <= pull.step || isGuess) return;
    pull.step = step;
    stream.write(`Pulling ${reference}: ${pullFigures(pull.progress)}\n`);
  }

  #drawSometimes(): void {
    const { now } = this.#target;
    if (now() - this.#lastDrawMs < drawEveryMs) return;
    this.#lastDrawMs = now();
    this.#clear();
    this.#draw();
  }

  #draw(): void {
    const { stream, paint } = this.#target;
    const room = Math.max(2, Math.floor(((stream.rows || 24) - 2) / this.#pulls.size));
    const columns = stream.columns || 80;
    const lines = [...this.#pulls.values()].flatMap(({ progress }) =>
      pullLines(progress, { columns, rows: room, paint }),
    );
    this.#linesDrawn = lines.length;
    stream.write(lines.map((line) => `${line}\n`).join(''));
  }

  #clear(): void {
    if (this.#linesDrawn > 0) this.#target.stream.write(`\u001b[${this.#linesDrawn}A\u001b[J`);
    this.#linesDrawn = 0;
  }
}
