import { codes } from '../diagnostics/codes.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { checkMetadata } from './check-metadata.ts';
import { kindChecks } from './checks/kind-checks.ts';
import { checkRegularExpressions } from './checks/regular-expressions.ts';
import { formatValue, type Issue } from './issue.ts';
import { allKindNames, apiVersionsOf, isKnownGroup, lookUpKind } from './kinds.ts';
import { type ManifestObject, type ObjectKey, objectKey } from './manifest.ts';
import { checkRules } from './schema/check-rules.ts';
import { schemaOf } from './schema/compile.ts';
import type { KindData } from './schema/schema.ts';
import { isRecord, SchemaWalk, type WalkOptions } from './schema/walk.ts';

/** What checking gives: the object, or why there is none. */
export interface Validation {
  /** Checked and defaulted; absent when an issue is an error, or when the kind has no effect here. */
  readonly object?: ManifestObject;
  /** Which object it is, as far as that can be told of a faulty one. */
  readonly key?: ObjectKey;
  readonly issues: readonly Issue[];
}

/**
 * Checks one object as an API server does on creation: kind and version, metadata, schema with defaults, the rules of its
 * kind (CEL and those in code). Never throws.
 *
 * @param onUnknown told of each unknown field, which is then dropped; without it such a field is an issue
 */
export function validate(
  value: unknown,
  plainSource: WalkOptions['plainSource'] = () => undefined,
  onUnknown?: WalkOptions['onUnknown'],
): Validation {
  if (!isRecord(value)) return { issues: [notAnObject(value)] };
  const { apiVersion, kind } = value;
  const missing = missingType(value);
  if (missing !== undefined) return { issues: [missing] };
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return { issues: [textExpected(value)] };
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  const known = lookUpKind(group, kind);
  if (known.type !== 'simulated') return { issues: [otherKind({ apiVersion, group, kind }, known.type)] };
  if (!known.data.versions.includes(version)) {
    return { ...identify(value, known.data), issues: [notServed(apiVersion, known.data)] };
  }
  return validateFields(value, known.data, { plainSource, onUnknown });
}

function validateFields(
  value: Readonly<Record<string, unknown>>,
  data: KindData,
  options: Pick<WalkOptions, 'plainSource' | 'onUnknown'>,
): Validation {
  const { apiVersion: _apiVersion, kind: _kind, metadata, status: _status, ...declared } = value;
  const { meta, issues: metaIssues } = checkMetadata(metadata, data, options.onUnknown);
  const schema = schemaOf(data);
  const walk = new SchemaWalk(options);
  const fields = walk.check(schema, declared) as Readonly<Record<string, unknown>>;
  const issues: Issue[] = [...metaIssues, ...walk.issues];
  if (meta === undefined) return { issues };
  const key = objectKey(data.kind, meta.namespace, meta.name);
  if (issues.length > 0) return { key, issues };
  issues.push(...checkRules(schema, fields), ...checkRegularExpressions(fields));
  const checked = kindChecks[data.kind]?.({ metadata: meta, fields }) ?? {
    metadata: meta,
    fields,
    issues: [],
  };
  issues.push(...checked.issues);
  if (issues.some((issue) => codes[issue.code].severity === 'error')) return { key, issues };
  const { group, kind, versions } = data;
  const apiVersion = group === '' ? (versions[0] ?? '') : `${group}/${versions[0]}`;
  return { key, object: { apiVersion, kind, metadata: checked.metadata, ...checked.fields }, issues };
}

/** The object's key where its metadata can be read at all. */
function identify(value: Readonly<Record<string, unknown>>, data: KindData): { readonly key?: ObjectKey } {
  const { meta } = checkMetadata(value.metadata, data);
  return meta === undefined ? {} : { key: objectKey(data.kind, meta.namespace, meta.name) };
}

function notAnObject(value: unknown): Issue {
  const what = Array.isArray(value)
    ? 'a list'
    : value === null
      ? 'empty'
      : `the ${typeof value} ${formatValue(value)}`;
  const message = `the document is ${what}, not a Kubernetes object`;
  return { code: 'CALB0108', path: [], at: 'value', message };
}

function missingType(value: Readonly<Record<string, unknown>>): Issue | undefined {
  const names = ['apiVersion', 'kind'].filter((name) => value[name] === undefined || value[name] === null);
  if (names.length === 0) return undefined;
  const misspelled = names.flatMap((name) => {
    const found = didYouMean(name, Object.keys(value));
    return found === undefined || found === 'metadata' ? [] : [{ name, found }];
  })[0];
  const message = `the document has no ${names.join(' and no ')}, so it is no Kubernetes object`;
  if (misspelled !== undefined) {
    const hint = `did you mean "${misspelled.name}" where "${misspelled.found}" stands?`;
    return { code: 'CALB0108', path: [misspelled.found], at: 'key', message, hint };
  }
  return { code: 'CALB0108', path: [], at: 'key', message };
}

function textExpected(value: Readonly<Record<string, unknown>>): Issue {
  const name = typeof value.apiVersion === 'string' ? 'kind' : 'apiVersion';
  const message = `${name} must be a text, but is ${formatValue(value[name])}`;
  return { code: 'CALB0108', path: [name], at: 'value', message, hint: `write "${name}:" with one text` };
}

interface TypeMeta {
  readonly apiVersion: string;
  readonly group: string;
  readonly kind: string;
}

function otherKind({ apiVersion, group, kind }: TypeMeta, known: 'not-simulated' | 'unknown'): Issue {
  if (known === 'not-simulated') {
    const message = `${kind} (${apiVersion}) is not simulated yet`;
    const isMadeHere = group === '' && kind === 'Pod';
    const hint = isMadeHere ? { hint: 'declare a Deployment: its pods are simulated' } : {};
    return { code: 'CALB0401', path: ['kind'], at: 'value', message, ...hint };
  }
  const versions = apiVersionsOf(kind);
  if (versions.length > 0 && isKnownGroup(group)) {
    const message = `${apiVersion} has no kind ${kind}`;
    const hint = `write apiVersion: ${versions.join(' or ')}`;
    return { code: 'CALB0118', path: ['apiVersion'], at: 'value', message, hint };
  }
  const message = `the kind ${kind} of ${apiVersion} is unknown`;
  if (versions.length > 0) {
    const hint = `a ${kind} of ${versions.join(' or ')} would be known; or keep it, it does no harm here`;
    return { code: 'CALB0119', path: ['apiVersion'], at: 'value', message, hint };
  }
  const meant = didYouMean(kind, allKindNames());
  const hint =
    meant === undefined
      ? {}
      : { hint: `did you mean ${meant}? Its apiVersion is ${apiVersionsOf(meant).join(' or ')}` };
  return { code: 'CALB0119', path: ['kind'], at: 'value', message, ...hint };
}

function notServed(apiVersion: string, { group, kind, versions }: KindData): Issue {
  const served = versions.map((version) => (group === '' ? version : `${group}/${version}`)).join(' or ');
  const message = `${kind} is not served in ${apiVersion}`;
  return {
    code: 'CALB0118',
    path: ['apiVersion'],
    at: 'value',
    message,
    hint: `write apiVersion: ${served}`,
  };
}
