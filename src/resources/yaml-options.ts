import type { DocumentOptions, ParseOptions, ScalarTag, SchemaOptions, Tags } from 'yaml';

/** Whole numbers: decimal, and with `0b`, `0o` or `0x`; with a `0` before octal digits they are octal, as in YAML 1.1. */
const integer: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  identify: Number.isInteger,
  default: true,
  test: /^[-+]?(?:0b_*[01][01_]*|0o_*[0-7][0-7_]*|0x_*[0-9a-f][0-9a-f_]*|[0-9][0-9_]*)$/i,
  resolve: (text) => {
    const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
    const magnitude = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
    return text.startsWith('-') && magnitude !== 0 ? -magnitude : magnitude;
  },
};

/** Other numbers. YAML 1.1 needs no digit before a dot or an exponent, which would make numbers of `.` and `e0`. */
const float: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  identify: (value) => typeof value === 'number',
  default: true,
  test: /^[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9]+)(?:e[-+]?[0-9]+)?$/i,
  resolve: (text) => Number(text.replaceAll('_', '')),
};

/** Tags of YAML 1.1 that Kubernetes' parser does not know: it keeps dates and sexagesimal numbers as text. */
const unknownToKubernetes = /:(?:timestamp|set|omap|pairs|binary)$/;

/**
 * YAML as Kubernetes reads it (`sigs.k8s.io/yaml`): YAML 1.1, so an unquoted `yes`, `no`, `on` or `off` is a boolean and
 * `0644` is octal; merge keys (`<<`) are followed; `12:30` and `2026-01-31` are text.
 */
export const yamlOptions: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.1',
  schema: 'yaml-1.1',
  customTags: (tags: Tags): Tags => [integer, float, ...tags.filter((tag) => !isReplaced(tag))],
  merge: true,
  uniqueKeys: true,
  prettyErrors: false,
  logLevel: 'silent',
  strict: true,
};

function isReplaced(tag: Tags[number]): boolean {
  if (typeof tag === 'string') return false;
  if (unknownToKubernetes.test(tag.tag)) return true;
  // Of the library's numbers only the words (`.inf`, `.nan`) remain.
  return /:(?:int|float)$/.test(tag.tag) && 'test' in tag && tag.test?.test('.inf') !== true;
}
