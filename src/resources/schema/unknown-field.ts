import { didYouMean } from '../../diagnostics/did-you-mean.ts';
import type { SchemaNode } from './compile.ts';

/**
 * How to mend an unknown field: a near name of this object, the place where a field of that name belongs (a slip of
 * indentation), or the names that are known here. `undefined` when nothing helps.
 *
 * @param parents the objects around it, the outermost first; the last one is `node` itself
 */
export function hintForUnknown(
  key: string,
  node: SchemaNode,
  parents: readonly SchemaNode[],
): string | undefined {
  const known = [...(node.properties?.keys() ?? [])];
  const meant = didYouMean(key, known);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  const isOuter = parents.slice(0, -1).some((parent) => parent.properties?.has(key));
  if (isOuter) return `"${key}" belongs further out: indent it less`;
  const inner = placeBelow(key, node, 3);
  if (inner !== undefined) return `"${key}" belongs below ${inner}`;
  return known.length > 0 && known.length <= 12 ? `the fields here are: ${known.join(', ')}` : undefined;
}

/** Path of the nearest object below that has a field of this name: `matches[]`, `spec`. */
function placeBelow(key: string, root: SchemaNode, maxDepth: number): string | undefined {
  let level: readonly (readonly [string, SchemaNode])[] = [['', root]];
  for (let depth = 0; depth < maxDepth; depth++) {
    const next = level.flatMap(([path, node]) => fieldsOf(path, node));
    const found = next.find(([, node]) => node.properties?.has(key));
    if (found !== undefined) return found[0];
    level = next;
  }
  return undefined;
}

function fieldsOf(path: string, node: SchemaNode): (readonly [string, SchemaNode])[] {
  return [...(node.properties ?? [])].flatMap(([name, child]) => {
    if (name === 'status') return [];
    const place = path === '' ? name : `${path}.${name}`;
    return child.items ? [[`${place}[]`, child.items] as const] : [[place, child] as const];
  });
}
