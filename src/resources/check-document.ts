import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Issue } from './issue.ts';
import type { ManifestObject, ObjectKey } from './manifest.ts';
import { type ParsedDocument, parseDocumentText } from './parse.ts';
import type { Path } from './resource.ts';
import { isRecord } from './schema/walk.ts';
import { validate } from './validate.ts';
import type { Place, YamlDocument } from './yaml-document.ts';

/** An object of a document. */
export interface CheckedObject {
  readonly key: ObjectKey;
  readonly object: ManifestObject;
  /** Steps from the document's root: empty, or those of an item of a `List`. */
  readonly path: Path;
  readonly place: Place;
}

/**
 * What a document's text gives, whichever file it stands in. Lines count from the start of the text; diagnostics have no
 * file yet, and `{file}` in a message stands for it.
 */
export interface CheckedDocument {
  readonly objects: readonly CheckedObject[];
  readonly diagnostics: readonly Diagnostic[];
  /** Objects that are declared here but not good. */
  readonly held: readonly ObjectKey[];
  /** Which objects it declares cannot be told. */
  readonly isUnreadable: boolean;
  readonly isEmpty: boolean;
}

/** Parses and checks one document. Never throws. */
export function checkDocument(text: string): CheckedDocument {
  const parsed = parseDocumentText(text);
  const { value, problems } = parsed;
  if (problems.length > 0) {
    const { key } = validateQuietly(value);
    const diagnostics = problems.map(({ code, place, message, hint }) =>
      diagnostic(code, {
        message,
        position: { file: '', ...place },
        resource: key,
        ...(hint === undefined ? {} : { hint }),
      }),
    );
    return {
      objects: [],
      diagnostics,
      held: key === undefined ? [] : [key],
      isUnreadable: true,
      isEmpty: false,
    };
  }
  if (value === null) return { ...nothing, isEmpty: true };
  const items = listItems(value);
  if (items === undefined) return checkAt(parsed, value, []);
  return items.map((item, index) => checkAt(parsed, item, ['items', index])).reduce(merge, nothing);
}

const nothing: CheckedDocument = {
  objects: [],
  diagnostics: [],
  held: [],
  isUnreadable: false,
  isEmpty: false,
};

function merge(a: CheckedDocument, b: CheckedDocument): CheckedDocument {
  return {
    objects: [...a.objects, ...b.objects],
    diagnostics: [...a.diagnostics, ...b.diagnostics],
    held: [...a.held, ...b.held],
    isUnreadable: a.isUnreadable || b.isUnreadable,
    isEmpty: false,
  };
}

/** Items of a `kind: List` (or `HTTPRouteList` …), as `kubectl get -o yaml` writes it. */
function listItems(value: unknown): readonly unknown[] | undefined {
  if (!isRecord(value) || typeof value.kind !== 'string' || !value.kind.endsWith('List')) return undefined;
  return Array.isArray(value.items) ? value.items : undefined;
}

/** The key of what a document with syntax errors was meant to be. */
function validateQuietly(value: unknown): { readonly key?: ObjectKey } {
  if (!isRecord(value)) return {};
  const { key } = validate(value);
  // What follows the error may have become a part of the name.
  return key !== undefined && /^[\w./-]+$/.test(key) ? { key } : {};
}

function checkAt({ yaml, start }: ParsedDocument, value: unknown, path: Path): CheckedDocument {
  const { object, key, issues } = validate(value, (steps) => yaml().plainSource([...path, ...steps]));
  const diagnostics = issues.map((issue) => place(yaml(), issue, path, key));
  const isError = diagnostics.some(({ severity }) => severity === 'error');
  const position = path.length === 0 ? start : yaml().locate(path, 'value');
  return {
    objects: object !== undefined && key !== undefined ? [{ key, object, path, place: position }] : [],
    diagnostics,
    held: isError && key !== undefined ? [key] : [],
    isUnreadable: isError && key === undefined,
    isEmpty: false,
  };
}

function place(yaml: YamlDocument, issue: Issue, prefix: Path, resource: ObjectKey | undefined): Diagnostic {
  const { code, path, at, message, effect, hint, related } = issue;
  return diagnostic(code, {
    message: related === undefined ? message : `${message} (${placeName(yaml, [...prefix, ...related])})`,
    position: { file: '', ...yaml.locate([...prefix, ...path], at) },
    resource,
    ...(effect === undefined ? {} : { effect }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Written with a mark, because neither the file nor the document's first line is known here. */
function placeName(yaml: YamlDocument, path: Path): string {
  const { line, column } = yaml.locate(path, 'key');
  return `the other is at ${relatedMark}${line}:${column}`;
}

/** Stands before a `line:column` in a message that is relative to the document. */
export const relatedMark = '\u0001';
