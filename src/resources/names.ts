/** Kubernetes' rules for names (k8s.io/apimachinery/pkg/util/validation) with what to say when one is broken. */
export interface NameRule {
  /** As in "… is not {title}". */
  readonly title: string;
  readonly maxLength: number;
  readonly pattern: RegExp;
  readonly hint: string;
}

export const dnsLabel: NameRule = {
  title: 'a DNS label',
  maxLength: 63,
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  hint: 'use lower-case letters, digits and "-", at most 63',
};

/** Names of Services: a label that begins with a letter (RFC 1035). */
export const dnsLabel1035: NameRule = {
  title: 'a DNS label that begins with a letter',
  maxLength: 63,
  pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  hint: 'use lower-case letters, digits and "-", at most 63, beginning with a letter',
};

export const dnsSubdomain: NameRule = {
  title: 'a DNS name',
  maxLength: 253,
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  hint: 'use lower-case letters, digits, "-" and ".", at most 253',
};

/** Whether a name obeys a rule. */
export function obeys(rule: NameRule, name: string): boolean {
  return name.length <= rule.maxLength && rule.pattern.test(name);
}

/** A name that obeys the rule and looks like the given one; `undefined` when there is none. */
export function mendedName(rule: NameRule, name: string): string | undefined {
  const mended = name
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .slice(0, rule.maxLength)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return obeys(rule, mended) ? mended : undefined;
}

/** Key of a label or annotation: `name` or `prefix/name`. */
export function isQualifiedName(key: string): boolean {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2 || (parts.length === 2 && !obeys(dnsSubdomain, parts[0] ?? ''))) return false;
  return name.length <= 63 && /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(name);
}

/** Value of a label: empty, or at most 63 letters, digits, `-`, `_`, `.`. */
export function isLabelValue(value: string): boolean {
  return value.length <= 63 && /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value);
}
