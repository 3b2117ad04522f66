import type { RuntimeEvent } from '../../runtime/runtime-event.ts';
import type { Draft } from '../draft.ts';

/** Progress is told in steps of so many percent: it is for people who read lines, and for logs that stay small. */
const stepPercent = 10;

/** Tells that an image is fetched, how far that is, and what came of it. */
export function applyImagePull(draft: Draft, event: Extract<RuntimeEvent, { type: 'image-pull' }>): void {
  const { image, state, doneBytes, totalBytes, reason, cause } = event;
  const { pulls } = draft.state;
  const told = pulls.get(image);
  if (state === 'pulling') {
    const percent = totalBytes > 0 ? Math.floor((100 * doneBytes) / totalBytes) : 0;
    // The total grows while layers are found: what was told is not told again.
    if (told !== undefined && percent < told + stepPercent) return;
    draft.update({ pulls: new Map(pulls).set(image, percent - (percent % stepPercent)) });
  } else {
    const rest = new Map(pulls);
    rest.delete(image);
    draft.update({ pulls: rest });
  }
  const facts = { image, state, doneBytes, totalBytes };
  draft.emit({ type: 'ImagePull', ...facts, ...(reason === undefined ? {} : { reason }) }, { cause });
}
