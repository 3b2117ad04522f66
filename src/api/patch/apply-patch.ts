import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';

/** Media types of patches that change what is there. */
export const patchTypes = {
  'application/json-patch+json': jsonPatch,
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': strategicMergePatch,
} as const satisfies Readonly<Record<string, (target: unknown, patch: unknown) => unknown>>;

export type PatchType = keyof typeof patchTypes;

/** Whether a media type is one of a patch. */
export function isPatchType(type: string): type is PatchType {
  return Object.hasOwn(patchTypes, type);
}
