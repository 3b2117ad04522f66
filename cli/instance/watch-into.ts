import { type FileInput, type LoadedFile, loadFile } from '../../src/resources/load-file.ts';
import type { Session } from '../../src/session/session.ts';
import { type FileBatch, type FileWatch, watchFiles } from '../../src/watch/watch-files.ts';

/**
 * Parses what changes at the paths and posts it to the session; the first batch before this returns.
 *
 * @param paths absolute
 */
export function watchInto(session: Session, paths: readonly string[]): FileWatch {
  return watchFiles(paths, (batch) => session.post(parsed(session, batch)), {
    looksWhole: (input) => !load(session, input).isIncomplete,
    onProblem: (message, hint) => session.post({ type: 'problem', message, hint }),
  });
}

function parsed(session: Session, batch: FileBatch): Parameters<Session['post']>[0] {
  const files = batch.files.map((change) => ({
    path: change.path,
    loaded: 'deleted' in change ? undefined : load(session, change),
  }));
  return { type: 'files-read', files, seenAtMs: batch.seenAtMs };
}

/** A fault of our own in reading one file must not end the instance: the file counts as one that cannot be read. */
function load(session: Session, input: FileInput): LoadedFile {
  try {
    return loadFile(input, session.state.store.file(input.path));
  } catch (error) {
    const reason = `a fault of calb-sim: ${error instanceof Error ? error.message : String(error)}`;
    return loadFile({ path: input.path, problem: { type: 'unreadable', reason } });
  }
}
