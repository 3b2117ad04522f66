import type { DocumentOptions, ParseOptions, ScalarTag, SchemaOptions, Tags } from 'yaml';

/** Octal numbers of YAML 1.2 (`0o644`), which Kubernetes' parser takes beside those of YAML 1.1 (`0644`). */
const octal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  identify: () => false,
  default: true,
  test: /^[-+]?0o[0-7_]+$/,
  resolve: (text) => {
    const digits = text.replaceAll('_', '').replace(/^[-+]?0o/, '');
    return Number.parseInt(digits, 8) * (text.startsWith('-') ? -1 : 1);
  },
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
  customTags: (tags: Tags): Tags => [octal, ...tags.filter((tag) => !isUnknown(tag))],
  merge: true,
  uniqueKeys: true,
  prettyErrors: false,
  logLevel: 'silent',
  strict: true,
};

function isUnknown(tag: Tags[number]): boolean {
  if (typeof tag === 'string') return false;
  return unknownToKubernetes.test(tag.tag) || ('format' in tag && tag.format === 'TIME');
}
