import { loadFile } from '../../src/resources/load-file.ts';
import type { Session } from '../../src/session/session.ts';
import { type FileBatch, type FileWatch, watchFiles } from '../../src/watch/watch-files.ts';

/**
 * Parses what changes at the paths and posts it to the session; the first batch before this returns.
 *
 * @param paths absolute
 */
export function watchInto(session: Session, paths: readonly string[]): FileWatch {
  return watchFiles(paths, (batch) => session.post(parsed(session, batch)), {
    looksWhole: (input) => !loadFile(input, session.state.store.file(input.path)).isIncomplete,
    onProblem: (message, hint) => session.post({ type: 'problem', message, hint }),
  });
}

function parsed(session: Session, batch: FileBatch): Parameters<Session['post']>[0] {
  const files = batch.files.map((change) => ({
    path: change.path,
    loaded: 'deleted' in change ? undefined : loadFile(change, session.state.store.file(change.path)),
  }));
  return { type: 'files-read', files, seenAtMs: batch.seenAtMs };
}
