import type { FileInput } from '../resources/load-file.ts';
import { readFound } from './read-file.ts';
import { isManifestName, scan } from './scan.ts';

/**
 * Reads every manifest at `paths` (folders with all that they hold, `*.yaml`, `*.yml` and `*.json`), sorted by path.
 * A folder that cannot be read is in the list with its problem. Files that are named directly are read whatever their
 * names are.
 */
export function readAll(paths: readonly string[]): readonly FileInput[] {
  const { files, unreadable } = scan(paths);
  const inputs: FileInput[] = [...files.values()].map((file) => readFound(file).input);
  for (const [path, reason] of unreadable) inputs.push(unreadableFolder(path, reason));
  return inputs.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/** How a folder that is gone or closed is told: in place of a file, so that nothing that came from it is deleted. */
export function unreadableFolder(path: string, reason: string): FileInput {
  const what = reason.startsWith('ENOENT')
    ? `the ${isManifestName(path) ? 'file and its folder are' : 'folder is'} gone`
    : reason;
  return { path, problem: { type: 'unreadable', reason: what } };
}
