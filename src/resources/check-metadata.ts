import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { formatPath, formatValue, type Issue } from './issue.ts';
import type { ManifestMeta } from './manifest.ts';
import {
  dnsLabel,
  dnsLabel1035,
  dnsSubdomain,
  isLabelValue,
  isQualifiedName,
  mendedName,
  type NameRule,
  obeys,
} from './names.ts';
import type { Path } from './resource.ts';
import type { KindData } from './schema/schema.ts';
import { isRecord } from './schema/walk.ts';

/**
 * Fields of Kubernetes' ObjectMeta; first those that files may declare: name, namespace, labels and annotations. The
 * others are a server's.
 */
export const objectMetaFields: readonly string[] = [
  'name',
  'namespace',
  'labels',
  'annotations',
  'generateName',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'ownerReferences',
  'finalizers',
  'managedFields',
];

const nameRules: Readonly<Record<string, NameRule>> = { Service: dnsLabel1035, Namespace: dnsLabel };

/** Metadata of an object; without a name there is none. */
export interface CheckedMetadata {
  readonly meta: ManifestMeta | undefined;
  readonly issues: readonly Issue[];
}

/** Checks `metadata` of an object and completes the namespace (`default`). */
export function checkMetadata(
  value: unknown,
  { kind, namespaced }: Pick<KindData, 'kind' | 'namespaced'>,
  onUnknown?: (path: Path) => void,
): CheckedMetadata {
  if (!isRecord(value)) {
    const message = value === undefined ? 'the object has no metadata' : 'metadata must be a mapping';
    const path = value === undefined ? [] : ['metadata'];
    return { meta: undefined, issues: [{ ...missingName, path, message }] };
  }
  const issues = onUnknown === undefined ? unknownFields(value) : [];
  if (onUnknown !== undefined) for (const { path } of unknownFields(value)) onUnknown(path);
  const name = checkName(value, nameRules[kind] ?? dnsSubdomain, issues);
  const namespace = namespaced ? checkNamespace(value.namespace, issues) : undefined;
  const labels = checkTexts(value.labels, ['metadata', 'labels'], issues);
  const annotations = checkTexts(value.annotations, ['metadata', 'annotations'], issues);
  checkLabels(labels, issues);
  checkAnnotationKeys(annotations, issues);
  if (name === undefined) return { meta: undefined, issues };
  const meta: ManifestMeta = {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { meta, issues };
}

const missingName = {
  code: 'CALB0113',
  at: 'key',
  hint: 'add "metadata:" with a "name:" below it',
} as const;

function unknownFields(metadata: Readonly<Record<string, unknown>>): Issue[] {
  return Object.keys(metadata)
    .filter((key) => !objectMetaFields.includes(key))
    .map((key) => {
      const meant = didYouMean(key, objectMetaFields.slice(0, 4));
      return {
        code: 'CALB0110',
        path: ['metadata', key],
        at: 'key',
        message: `unknown field ${formatPath(['metadata', key])}`,
        hint: meant === undefined ? 'remove it, or correct its indentation' : `did you mean "${meant}"?`,
      };
    });
}

function checkName(
  metadata: Readonly<Record<string, unknown>>,
  rule: NameRule,
  issues: Issue[],
): string | undefined {
  const { name, generateName } = metadata;
  if (name === undefined || name === null || name === '') {
    const message =
      generateName === undefined
        ? 'metadata has no name, which is required'
        : 'metadata has generateName, which names a new object at every save: a name is required here';
    issues.push({ ...missingName, path: ['metadata'], message, hint: 'add "name:" to metadata' });
    return undefined;
  }
  if (typeof name !== 'string') {
    issues.push(notText(['metadata', 'name'], name));
    return undefined;
  }
  if (!obeys(rule, name)) issues.push(badName(['metadata', 'name'], name, rule));
  return name;
}

function checkNamespace(namespace: unknown, issues: Issue[]): string {
  if (namespace === undefined || namespace === null || namespace === '') return 'default';
  if (typeof namespace !== 'string') {
    issues.push(notText(['metadata', 'namespace'], namespace));
    return String(namespace);
  }
  if (!obeys(dnsLabel, namespace)) issues.push(badName(['metadata', 'namespace'], namespace, dnsLabel));
  return namespace;
}

function badName(path: Path, name: string, rule: NameRule): Issue {
  const mended = mendedName(rule, name);
  return {
    code: 'CALB0117',
    path,
    at: 'value',
    message: `${formatPath(path)} is ${formatValue(name)}, which is not ${rule.title}`,
    hint: mended === undefined ? rule.hint : `${rule.hint}: for example ${mended}`,
  };
}

function notText(path: Path, value: unknown): Issue {
  const isScalar = typeof value !== 'object';
  return {
    code: 'CALB0111',
    path,
    at: 'value',
    message: `${formatPath(path)} must be a text, but is ${isScalar ? `the ${typeof value} ${String(value)}` : 'a collection'}`,
    hint: isScalar ? `put it in quotes: ${quoted(value)}` : 'write one text',
  };
}

/** A boolean may have been written as `yes`; its text is not known here. */
function quoted(value: unknown): string {
  return typeof value === 'boolean' ? '"…"' : `"${String(value)}"`;
}

function checkTexts(
  value: unknown,
  path: Path,
  issues: Issue[],
): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isRecord(value)) {
    const message = `${formatPath(path)} must be a mapping (name: value)`;
    issues.push({ code: 'CALB0111', path, at: 'value', message });
    return undefined;
  }
  const texts: [string, string][] = [];
  for (const [key, text] of Object.entries(value)) {
    if (typeof text === 'string') texts.push([key, text]);
    else if (text === null) texts.push([key, '']);
    else issues.push(notText([...path, key], text));
  }
  return Object.fromEntries(texts);
}

function checkLabels(labels: Readonly<Record<string, string>> | undefined, issues: Issue[]): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    const path = ['metadata', 'labels', key];
    if (!isQualifiedName(key)) issues.push(badKey(path, key));
    if (!isLabelValue(value)) {
      const message = `${formatPath(path)} is ${formatValue(value)}, which is not a label's value`;
      const hint = 'use at most 63 letters, digits, "-", "_" and "."; an annotation may hold any text';
      issues.push({ code: 'CALB0117', path, at: 'value', message, hint });
    }
  }
}

function checkAnnotationKeys(
  annotations: Readonly<Record<string, string>> | undefined,
  issues: Issue[],
): void {
  for (const key of Object.keys(annotations ?? {})) {
    if (!isQualifiedName(key.toLowerCase())) issues.push(badKey(['metadata', 'annotations', key], key));
  }
}

function badKey(path: Path, key: string): Issue {
  return {
    code: 'CALB0117',
    path,
    at: 'key',
    message: `${formatValue(key)} is not a key: it must be "name" or "prefix/name"`,
    hint: 'use letters, digits, "-", "_" and "." (at most 63), optionally after a DNS name and "/"',
  };
}
