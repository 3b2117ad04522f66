import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A small file that outlives the instance and is for nobody else's eyes. */
export interface StateText {
  readonly read: () => string | undefined;
  readonly write: (text: string) => void;
}

/** A file of this name beside another one of the instance's state. */
export function stateText(stateFile: string, name: string): StateText {
  const path = join(dirname(stateFile), name);
  return {
    read() {
      try {
        return readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
    },
    write(text) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, text, { mode: 0o600 });
    },
  };
}
