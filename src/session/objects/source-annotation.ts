import type { KubeObject, Resource } from '../../resources/resource.ts';

/** Says of an object where a file declares it: `path:line`. Shown, never stored. */
const sourceAnnotation = 'calb-sim/source';

const known = new WeakMap<KubeObject, { readonly resource: Resource; readonly shown: KubeObject }>();

/** An object of a file with the annotation that says where. The same reference for the same object. */
export function withSource(resource: Resource, object: KubeObject): KubeObject {
  const { origin } = resource;
  if (origin.type !== 'file') return object;
  const before = known.get(object);
  if (before?.resource === resource) return before.shown;
  const { annotations } = object.metadata;
  const source = `${origin.file}:${origin.line + firstLine(origin.text)}`;
  const shown = {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [sourceAnnotation]: source } },
  };
  known.set(object, { resource, shown });
  return shown;
}

/** Lines before the first that says something. */
function firstLine(text: string): number {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => /^\s*[^\s#]/.test(line) && !line.startsWith('---'));
  return Math.max(0, first);
}
