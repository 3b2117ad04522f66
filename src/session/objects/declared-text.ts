import type { SessionState } from '../state.ts';

/** What stands in the file of an object. */
export interface DeclaredText {
  /** As the file is named in diagnostics and events. */
  readonly file: string;
  /** Line of the file on which `text` starts; at least 1. */
  readonly line: number;
  /** The whole document, comments included. */
  readonly text: string;
}

/**
 * What was declared of an object, named as in diagnostics. Of one that a provider made, it is that of the object it was
 * made of; `undefined` for what is of no file.
 */
export function declaredText({ expansion, store }: SessionState, ref: string): DeclaredText | undefined {
  const [kind = '', ...name] = ref.split('/');
  const [first = '', second] = name;
  const resources = expansion?.effective ?? store.resources;
  const resource =
    second === undefined ? resources.get(kind, undefined, first) : resources.get(kind, first, second);
  let origin = resource?.origin ?? store.resources.get(kind, second && first, second ?? first)?.origin;
  while (origin?.type === 'generated') origin = origin.from.origin;
  if (origin?.type !== 'file') return undefined;
  const { file, line, text } = origin;
  return { file, line, text };
}
