import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { splitDocuments } from './documents.ts';
import { duplicatesInFile } from './duplicates.ts';
import { exportMark, persistMark } from './export-mark.ts';
import { contentProblem, type FileProblem, fileProblem } from './file-problems.ts';
import { type LoadedDocument, loadDocument } from './load-document.ts';
import type { Manifest, ObjectKey } from './manifest.ts';

/** A file as the edge read it: its text, or why there is none. */
export type FileInput =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly problem: FileProblem };

/**
 * What a file declares. Pure and cached by document: loading an edited file again costs the edited documents only, and
 * what did not change keeps its identity.
 */
export interface LoadedFile {
  readonly path: string;
  readonly documents: readonly LoadedDocument[];
  /** Good objects in the order of the file; of an object declared twice only the first. */
  readonly manifests: readonly Manifest[];
  readonly diagnostics: readonly Diagnostic[];
  /** Objects that are declared but not good: their last good version stays. */
  readonly held: readonly ObjectKey[];
  /** Something in it cannot be read at all: nothing that came from this file may be deleted. */
  readonly isIncomplete: boolean;
  /** Nothing but white space and comments, as an editor may leave it for a moment while it saves. */
  readonly isEmpty: boolean;
}

/**
 * Reads a file's documents and checks them. Never throws.
 *
 * @param previous the same file as it was loaded before: unchanged documents are taken from it
 */
export function loadFile(input: FileInput, previous?: LoadedFile): LoadedFile {
  if ('problem' in input) return unreadable(input.path, fileProblem(input.path, input.problem));
  const problem = contentProblem(input.path, input.text);
  if (problem !== undefined) return unreadable(input.path, problem);
  const known = new Map(previous?.documents.map((document) => [document.text, document]));
  const isMade = input.text.startsWith(exportMark) || input.text.startsWith(persistMark);
  const text = isMade ? '' : input.text;
  const documents = splitDocuments(text).map((document) =>
    loadDocument({ file: input.path, ...document }, known.get(document.text)),
  );
  const all = documents.flatMap((document) => document.manifests);
  const duplicates = duplicatesInFile(all);
  return {
    path: input.path,
    documents,
    manifests: duplicates.first,
    diagnostics: [...documents.flatMap((document) => document.diagnostics), ...duplicates.diagnostics],
    held: documents.flatMap((document) => document.held),
    isIncomplete: documents.some((document) => document.isUnreadable),
    isEmpty: documents.every((document) => document.isEmpty),
  };
}

function unreadable(path: string, problem: Diagnostic): LoadedFile {
  const nothing = { documents: [], manifests: [], held: [] };
  return { path, ...nothing, diagnostics: [problem], isIncomplete: true, isEmpty: false };
}
