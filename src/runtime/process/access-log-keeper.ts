import { renameSync, statSync } from 'node:fs';

/** Size at which an access log is put aside, bytes. */
export const maxAccessLogBytes = 10 * 1024 * 1024;

/**
 * Keeps an access log small: past the limit it is renamed to `access.log.1`, over the one before, and Envoy is told to
 * open a new one. So there are never more than two files.
 *
 * @param reopen makes Envoy open its log files again
 */
export function watchAccessLog(path: string, reopen: () => void, maxBytes = maxAccessLogBytes): Disposable {
  const timer = setInterval(() => {
    const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes < maxBytes) return;
    try {
      renameSync(path, `${path}.1`);
    } catch {
      return;
    }
    reopen();
  }, 1000);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
