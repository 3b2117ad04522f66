import { RE2JS } from 're2js';
import type { HTTPRoute } from '../gen/kinds/http-route.ts';
import type { PathMatch, RouteMatch, ValueMatch } from '../model/route.ts';
import type { Path } from '../resources/resource.ts';

/** `spec.rules[].matches[]`. */
export type MatchSpec = HTTPRoute['spec']['rules'][number]['matches'][number];

/** A regular expression that RE2 refuses. `path` starts at the match. */
export interface MatchError {
  readonly message: string;
  readonly path: Path;
}

/** What a match of a rule means. Without any condition it takes every request. */
export function routeMatch({ path, method, headers = [], queryParams = [] }: Partial<MatchSpec>): RouteMatch {
  return {
    path: pathMatch(path),
    ...(method !== undefined && { method }),
    // Header names are case-insensitive; of equivalent names only the first counts.
    headers: firstOfEach(
      headers.map((header) => ({ ...valueMatch(header), name: header.name.toLowerCase() })),
    ),
    queryParams: firstOfEach(queryParams.map(valueMatch)),
  };
}

/** Text that is equal for matches that take exactly the same requests. */
export function matchKey({ path, method, headers, queryParams }: RouteMatch): string {
  const texts = (matches: readonly ValueMatch[]) =>
    matches.map(({ name, type, value }) => JSON.stringify([name, type, value])).sort();
  return JSON.stringify([path.type, path.value, method ?? '', texts(headers), texts(queryParams)]);
}

/** The first expression of a match that RE2 refuses. */
export function matchError({ path, headers = [], queryParams = [] }: MatchSpec): MatchError | undefined {
  const named = (field: string, values: readonly { readonly type: string; readonly value: string }[]) =>
    values.map((one, index) => ({ ...one, path: [field, index, 'value'] }));
  const all = [
    ...(path === undefined ? [] : [{ ...path, path: ['path', 'value'] }]),
    ...named('headers', headers),
    ...named('queryParams', queryParams),
  ];
  for (const { type, value, path: at } of all) {
    if (type !== 'RegularExpression') continue;
    try {
      RE2JS.compile(value);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { message: `regex "${value}" is invalid: ${why}`, path: at };
    }
  }
  return undefined;
}

function pathMatch(path: MatchSpec['path'] | undefined): PathMatch {
  if (path === undefined) return { type: 'prefix', value: '/' };
  switch (path.type) {
    case 'Exact':
      return { type: 'exact', value: path.value };
    case 'RegularExpression':
      return { type: 'regex', value: path.value };
    default:
      // A trailing slash of a prefix means nothing.
      return { type: 'prefix', value: path.value.replace(/\/+$/, '') || '/' };
  }
}

function valueMatch({ name, type, value }: { name: string; type: string; value: string }): ValueMatch {
  return { name, type: type === 'RegularExpression' ? 'regex' : 'exact', value };
}

function firstOfEach(matches: readonly ValueMatch[]): readonly ValueMatch[] {
  if (matches.length < 2) return matches;
  const seen = new Set<string>();
  return matches.filter(({ name }) => !seen.has(name) && seen.add(name));
}
