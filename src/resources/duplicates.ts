import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Manifest, ObjectKey } from './manifest.ts';

/** The first declaration of each object of a file, and an error at each further one. */
export function duplicatesInFile(manifests: readonly Manifest[]): {
  readonly first: readonly Manifest[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const byKey = new Map<ObjectKey, Manifest>();
  const diagnostics: Diagnostic[] = [];
  for (const manifest of manifests) {
    const first = byKey.get(manifest.key);
    if (first === undefined) byKey.set(manifest.key, manifest);
    else diagnostics.push(duplicateOf(first, manifest));
  }
  return { first: diagnostics.length === 0 ? manifests : [...byKey.values()], diagnostics };
}

/** The error at a second declaration of an object; the first one, in the order of files and documents, counts. */
export function duplicateOf(first: Manifest, second: Manifest): Diagnostic {
  const { file, line, column } = first.position;
  return diagnostic('CALB0124', {
    message: `${second.key} is declared a second time; the first is at ${file}:${line}:${column}`,
    position: second.position,
    resource: second.key,
  });
}
