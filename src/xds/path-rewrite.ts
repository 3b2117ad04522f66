import type { RegexMatchAndSubstituteJson } from '../gen/envoy/envoy/type/matcher/v3/regex_pb.js';
import type { PathMatch, PathRewrite } from '../model/route.ts';
import { quoteRegex } from './quote-regex.ts';

/** How the new path is made: replaced whole, by its matched prefix, or by a regular expression. */
export type PathReplacement =
  | { readonly type: 'full'; readonly value: string }
  | { readonly type: 'prefix'; readonly value: string }
  | { readonly type: 'regex'; readonly value: RegexMatchAndSubstituteJson };

/**
 * What Gateway API's path modifiers mean for a route with this match. `ReplacePrefixMatch` works on whole path
 * elements and never leaves `//` or an empty path behind. `undefined`: nothing changes.
 */
export function pathReplacement(rewrite: PathRewrite, match: PathMatch): PathReplacement | undefined {
  if (rewrite.type === 'full') return { type: 'full', value: rewrite.value };
  if (match.type === 'exact') return { type: 'full', value: rewrite.value === '' ? '/' : rewrite.value };
  const prefix = trimSlash(match.type === 'prefix' ? match.value : '/');
  const value = trimSlash(rewrite.value);
  // Envoy puts the new prefix in the place of the old one as it is: what follows begins with a slash, unless the
  // match was the root.
  if (prefix === '') return value === '' ? undefined : { type: 'prefix', value: `${value}/` };
  if (value !== '') return { type: 'prefix', value };
  return {
    type: 'regex',
    value: { pattern: { regex: `^${quoteRegex(prefix)}/*` }, substitution: '/' },
  };
}

/** The whole path as a regular expression's substitution: a backslash would begin a group's number. */
export function wholePath(value: string): RegexMatchAndSubstituteJson {
  return { pattern: { regex: '^/.*$' }, substitution: value.replaceAll('\\', '\\\\') };
}

function trimSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
