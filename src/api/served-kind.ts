import { type Kind, kinds } from '../resources/kinds.ts';
import type { ApiCall } from './route.ts';

/** The kind that a path names by group, version and plural; `undefined` where none is served there. */
export function servedKind({ params }: ApiCall): Kind | undefined {
  const { group = '', version = '', plural = '' } = params;
  return kinds.find(
    (kind) => kind.group === group && kind.plural === plural && kind.versions.includes(version),
  );
}

/** `apiVersion` of the objects under a path: `v1`, `apps/v1`. */
export function requestedApiVersion({ params }: ApiCall): string {
  const { group = '', version = '' } = params;
  return group === '' ? version : `${group}/${version}`;
}
