import { execFile } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** How many are made in advance: as many as most instances have tenants. */
const spareCount = 4;

/**
 * Makes FIFOs (mode 0600). Node cannot, so a program must: a few are made in advance, while other things start, and
 * only renamed when an Envoy waits for one.
 */
export class Fifos {
  readonly #spares: Promise<string[]>;

  /** @param folder an instance's run folder, where the FIFOs lie until they are used */
  constructor(folder: string) {
    const spares = Array.from({ length: spareCount }, (_, index) => join(folder, `spare-${index}.fifo`));
    this.#spares = makeFifos(spares).then(
      () => spares,
      // Whoever needs one tries again, and tells.
      () => [],
    );
  }

  /** Makes one in place of what is at `path`. */
  async make(path: string): Promise<void> {
    const spare = (await this.#spares).pop();
    if (spare !== undefined) return renameSync(spare, path);
    rmSync(path, { force: true });
    await makeFifos([path]);
  }
}

async function makeFifos(paths: readonly string[]): Promise<void> {
  await promisify(execFile)('mkfifo', ['-m', '600', ...paths]);
}
