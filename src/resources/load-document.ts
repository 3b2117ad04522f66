import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type CheckedDocument, checkDocument, relatedMark } from './check-document.ts';
import type { Manifest, ObjectKey } from './manifest.ts';

/** A document in its file. */
export interface LoadedDocument {
  readonly text: string;
  /** Line of the file on which `text` starts. */
  readonly line: number;
  /** Good objects of the document: none, one, or those of a `List`. */
  readonly manifests: readonly Manifest[];
  readonly diagnostics: readonly Diagnostic[];
  /** Objects that are declared here but not good. */
  readonly held: readonly ObjectKey[];
  /** Which objects it declares cannot be told. */
  readonly isUnreadable: boolean;
  readonly isEmpty: boolean;
  /** What its text gives, without file and line. */
  readonly checked: CheckedDocument;
}

interface Placement {
  readonly file: string;
  readonly text: string;
  readonly line: number;
}

/**
 * Checks a document, or takes it from before: unmoved it is the same reference; moved to another line it keeps its
 * objects, and only the places are new.
 */
export function loadDocument(placement: Placement, previous?: LoadedDocument): LoadedDocument {
  if (previous !== undefined && previous.line === placement.line) return previous;
  const checked = previous?.checked ?? checkDocument(placement.text);
  const { held, isUnreadable, isEmpty } = checked;
  return {
    text: placement.text,
    line: placement.line,
    manifests: placeManifests(checked, placement),
    diagnostics: checked.diagnostics.map((found) => placeDiagnostic(found, placement)),
    held,
    isUnreadable,
    isEmpty,
    checked,
  };
}

function placeManifests(checked: CheckedDocument, { file, text, line }: Placement): Manifest[] {
  return checked.objects.map(({ key, object, path, place }) => ({
    key,
    object,
    origin: { type: 'file', file, line, text, ...(path.length === 0 ? {} : { path }) },
    position: { file, line: place.line + line - 1, column: place.column },
  }));
}

function placeDiagnostic(found: Diagnostic, { file, line }: Placement): Diagnostic {
  const { position, message } = found;
  return {
    ...found,
    message: message.replace(
      new RegExp(`${relatedMark}(\\d+)`),
      (_, related: string) => `${file}:${Number(related) + line - 1}`,
    ),
    position: { file, line: position.line + line - 1, column: position.column },
  };
}
