import { resolve, sep } from 'node:path';
import { type FileInput, type LoadedFile, loadFile } from '../../src/resources/load-file.ts';
import type { Session } from '../../src/session/session.ts';
import { type FileBatch, type FileWatch, watchFiles } from '../../src/watch/watch-files.ts';

type FilesRead = Extract<Parameters<Session['post']>[0], { readonly type: 'files-read' }>;

/**
 * Parses what changes at the paths and posts it to the session; the first batch before this returns.
 *
 * @param own folder that the instance itself writes to: what is in it is left out
 */
export function watchInto(session: Session, paths: readonly string[], own?: string): FileWatch {
  let isAsked = false;
  let isFirst = true;
  const onBatch = (all: FileBatch) => {
    const batch = own === undefined ? all : withoutFolder(all, own);
    if (!isFirst && batch.files.length === 0 && all.files.length > 0) return;
    isFirst = false;
    const input = parsed(session, batch);
    session.post(isAsked && batch.complete ? { ...input, isAsked } : input);
  };
  const watch = watchFiles(paths, onBatch, {
    looksWhole: (input) => !load(session, input).isIncomplete,
    onProblem: (message, hint) => session.post({ type: 'problem', message, hint }),
  });
  return {
    refresh: () => watch.refresh(),
    reread() {
      isAsked = true;
      watch.reread();
      isAsked = false;
    },
    close: () => watch.close(),
  };
}

function withoutFolder(batch: FileBatch, folder: string): FileBatch {
  return { ...batch, files: batch.files.filter(({ path }) => !resolve(path).startsWith(folder + sep)) };
}

function parsed(session: Session, batch: FileBatch): FilesRead {
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
