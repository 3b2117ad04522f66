import { execFile } from 'node:child_process';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** How many are made in advance: as many as most instances have tenants. */
const spareCount = 4;

/**
 * Makes FIFOs (mode 0600). Node cannot, so a program must: a few are made in advance, while other things start, and
 * only renamed when an Envoy waits for one.
 */
export class Fifos {
  readonly #spares: string[];
  readonly #made: Promise<boolean>;

  /** @param folder an instance's run folder, where the FIFOs lie until they are used */
  constructor(folder: string) {
    this.#spares = Array.from({ length: spareCount }, (_, index) => join(folder, `spare-${index}.fifo`));
    this.#made = makeFifos(this.#spares).then(
      () => true,
      // Whoever needs one tries again, and tells.
      () => false,
    );
  }

  /** Makes one in place of what is at `path`. */
  async make(path: string): Promise<void> {
    const spare = this.#spares.shift();
    // It may be there while the news that it was made still waits behind what the start has to do.
    if (spare !== undefined && (existsSync(spare) || (await this.#made))) return renameSync(spare, path);
    rmSync(path, { force: true });
    await makeFifos([path]);
  }
}

async function makeFifos(paths: readonly string[]): Promise<void> {
  await promisify(execFile)('mkfifo', ['-m', '600', ...paths]);
}
