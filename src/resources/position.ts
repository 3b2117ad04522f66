import type { Position } from '../diagnostics/position.ts';
import { nowhere, type Origin, type Path, type Resource } from './resource.ts';
import { YamlDocument } from './yaml-document.ts';

/** Documents that were parsed again to find positions; the latest ones, by text. */
const parsed = new Map<string, YamlDocument>();
const maxParsed = 64;

/**
 * Where a field of an object is written: its value, or (`key`) its name; the nearest parent that is written when the
 * field itself is not, as for a default. Objects made by a provider have the position of what they were made from;
 * objects without a file have none ({@link nowhere}).
 */
export function positionOf(resource: Resource, path: Path = [], at: 'key' | 'value' = 'value'): Position {
  return positionIn(resource.origin, path, at);
}

/** {@link positionOf}, of an origin alone. */
export function positionIn(origin: Origin, path: Path, at: 'key' | 'value' = 'value'): Position {
  if (origin.type === 'generated') return positionOf(origin.from, path, at);
  if (origin.type !== 'file') return nowhere;
  const place = documentOf(origin.text).locate([...(origin.path ?? []), ...path], at);
  return { file: origin.file, line: origin.line + place.line - 1, column: place.column };
}

function documentOf(text: string): YamlDocument {
  let document = parsed.get(text);
  if (document !== undefined) parsed.delete(text);
  document ??= new YamlDocument(text);
  parsed.set(text, document);
  if (parsed.size > maxParsed) for (const oldest of parsed.keys()) if (parsed.delete(oldest)) break;
  return document;
}
