import type { Header, HeaderMutation } from '../model/route.ts';

interface HeaderFilter {
  readonly set?: readonly Header[];
  readonly add?: readonly Header[];
  readonly remove?: readonly string[];
}

/** A header filter's changes, or what is wrong with the first entry that cannot be used. */
export type HeaderFilterResult =
  | { readonly type: 'mutation'; readonly mutation: HeaderMutation }
  | { readonly type: 'error'; readonly message: string; readonly path: readonly (string | number)[] };

/** RFC 9110 `field-value` without obsolete text. */
const fieldValue = /^[!-~]+(?:[\t ]+[!-~]+)*$/;

/**
 * RequestHeaderModifier and ResponseHeaderModifier: of equivalent names the first counts, and `add` counts before `set`
 * (Envoy Gateway's order). The Host header is URLRewrite's business.
 */
export function headerFilter(filterType: string, filter: HeaderFilter): HeaderFilterResult {
  const { set = [], add = [], remove = [] } = filter;
  for (const [field, headers] of [['add', add] as const, ['set', set] as const]) {
    for (const [index, header] of headers.entries()) {
      const message = headerError(filterType, field, header.name, header.value);
      if (message !== undefined) return { type: 'error', message, path: [field, index] };
    }
  }
  for (const [index, name] of remove.entries()) {
    const message = headerError(filterType, 'remove', name, 'x');
    if (message !== undefined) return { type: 'error', message, path: ['remove', index] };
  }
  const taken = new Set<string>();
  const first = (name: string) => {
    const lower = name.toLowerCase();
    if (taken.has(lower)) return false;
    taken.add(lower);
    return true;
  };
  const adding = add.filter(({ name }) => first(name));
  const setting = set.filter(({ name }) => first(name));
  const removing = remove.filter(
    (name, index) => remove.findIndex((other) => other.toLowerCase() === name.toLowerCase()) === index,
  );
  return { type: 'mutation', mutation: { set: setting, add: adding, remove: removing } };
}

function headerError(filter: string, verb: string, name: string, value: string): string | undefined {
  if (name === '') return `${filter} Filter cannot ${verb} a header with an empty name`;
  if (/[/:]/.test(name) || name.toLowerCase() === 'host') {
    return `Header: "${name}". The ${filter} filter cannot ${verb} the Host header or headers with a '/' or ':' character in them.`;
  }
  if (fieldValue.test(value)) return undefined;
  return `Header: "${name}". ${filter} Filter cannot ${verb} a header with an invalid value.`;
}
