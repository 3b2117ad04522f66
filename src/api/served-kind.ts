import { type Kind, kinds } from '../resources/kinds.ts';
import type { ApiCall } from './route.ts';

/** The kinds of a group version (`group` is `''` for the core group). */
export function servedKinds(group: string, version: string): readonly Kind[] {
  return kinds.filter((kind) => kind.group === group && kind.versions.includes(version));
}

/** The kind that a path names by group, version and plural; `undefined` where none is served there. */
export function servedKind({ params }: ApiCall): Kind | undefined {
  const { group = '', version = '', plural = '' } = params;
  return servedKinds(group, version).find((kind) => kind.plural === plural);
}

/** `apiVersion` of the objects under a path: `v1`, `apps/v1`. */
export function requestedApiVersion({ params }: ApiCall): string {
  const { group = '', version = '' } = params;
  return group === '' ? version : `${group}/${version}`;
}

/** Verbs of what people declare; what calb-sim makes itself can be read. */
const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
/** Verbs of requests that change nothing. */
export const readVerbs: readonly string[] = ['get', 'list', 'watch'];

/** What can be done with objects of a kind. */
export function verbsOf({ source, kind }: Kind): readonly string[] {
  return source === 'declared' || kind === 'Pod' ? allVerbs : readVerbs;
}
