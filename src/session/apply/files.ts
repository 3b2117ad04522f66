import type { Draft } from '../draft.ts';
import type { SessionInput } from '../inputs.ts';

/** Takes over files that were read again. The first reading is the start, not a change. */
export function applyFiles(draft: Draft, input: Extract<SessionInput, { type: 'files-read' }>): void {
  const { store, loadedAtMs } = draft.state;
  draft.update({
    store: store.applyFiles(input.files, new Date(input.seenAtMs).toISOString()),
    loadedAtMs: loadedAtMs ?? draft.nowMs,
  });
  if (loadedAtMs === undefined) return;
  if (input.isAsked === true) {
    draft.cause = draft.emit({ type: 'Asked', what: 'reread', target: '' });
    return;
  }
  draft.cause = draft.emit(
    { type: 'FilesChanged', files: input.files.map(({ path }) => path) },
    { atMs: input.seenAtMs },
  );
}
