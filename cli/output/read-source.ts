import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** Largest file of which a line is shown, bytes. */
const maxBytes = 1024 * 1024;

/** Reads files for the frames of diagnostics, relative to a folder. What cannot be read is left out. */
export function sourceReader(cwd: string): (file: string) => string | undefined {
  return (file) => {
    try {
      const path = resolve(cwd, file);
      return statSync(path).size > maxBytes ? undefined : readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  };
}
