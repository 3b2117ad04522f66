const canonical = new Map<string, string>();

/** Names remembered at most; clients can make up as many as they like. */
const maxRemembered = 1000;

/**
 * A header name as Go's `net/http` writes it (`textproto.CanonicalMIMEHeaderKey`): the first letter and every letter
 * after a hyphen in upper case, the rest in lower case; names that are no HTTP token stay as they are.
 */
export function canonicalHeaderName(name: string): string {
  const known = canonical.get(name);
  if (known !== undefined) return known;
  const result = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)
    ? name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
    : name;
  if (canonical.size < maxRemembered) canonical.set(name, result);
  return result;
}
