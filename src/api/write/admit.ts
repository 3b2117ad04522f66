import { codes } from '../../diagnostics/codes.ts';
import { checkMetadata } from '../../resources/check-metadata.ts';
import type { Issue } from '../../resources/issue.ts';
import { lookUpKind } from '../../resources/kinds.ts';
import type { ManifestObject } from '../../resources/manifest.ts';
import type { Path, Resource } from '../../resources/resource.ts';
import { schemaOf } from '../../resources/schema/compile.ts';
import { isRecord } from '../../resources/schema/walk.ts';
import { updateIssues } from '../../resources/transition.ts';
import { type Validation, validate } from '../../resources/validate.ts';
import { failure } from '../kube-status.ts';
import type { Reply } from '../route.ts';
import { checkPod } from './check-pod.ts';
import { describeIssue } from './describe-issue.ts';
import { fieldPath } from './field-error.ts';
import { immutableFields } from './immutable-fields.ts';
import { invalidObject } from './invalid-object.ts';
import { metadataFields } from './metadata-fields.ts';
import { cannotBeHandled, type SentObject } from './read-object.ts';
import { isCustomKind, type WriteTarget } from './write-target.ts';

/** What is done with unknown fields: the query parameter `fieldValidation`. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** An object that may be stored, and what to say about it. */
export interface Admission {
  readonly object: ManifestObject;
  readonly warnings: readonly string[];
}

/**
 * Checks an object as an API server does before it stores it, with the same schemas and rules as objects of files, and
 * says what is wrong in the API server's words.
 *
 * @param value its kind, name and namespace are those of the target
 * @param current the stored object that it would replace
 */
export function admit(
  value: SentObject,
  target: WriteTarget,
  current: Resource | undefined,
  fieldValidation: FieldValidation,
): Admission | { readonly reply: Reply } {
  const unknown: Path[] = [];
  const checked = check(value, target, (path) => unknown.push(path));
  const name = nameOf(value);
  if (unknown.length > 0 && fieldValidation === 'Strict') return { reply: strictFailure(unknown, target) };
  const errors = checked.issues.filter(({ code }) => codes[code].severity === 'error');
  const undecodable = isCustomKind(target.kind) ? undefined : errors.find(({ code }) => code === 'CALB0111');
  if (undecodable !== undefined) return { reply: undecodableObject(undecodable, target) };
  const schema = schemaFor(target);
  const rest = metadataFields(Object(value.metadata), current?.object.metadata);
  const described = [...errors.map((issue) => describeIssue(issue, { value, schema })), ...rest.errors];
  const { object: plain } = checked;
  if (described.length > 0 || plain === undefined) return { reply: invalidObject(target, name, described) };
  const object = { ...plain, metadata: { ...plain.metadata, ...rest.fields } };
  const refused =
    current === undefined
      ? []
      : [
          ...updateIssues(object, current).map((issue) => describeIssue(issue, { value: object, schema })),
          ...immutableFields(object, current.object),
        ];
  if (refused.length > 0) return { reply: invalidObject(target, name, refused) };
  const warnings = checked.issues.map(({ message }) => message);
  if (fieldValidation !== 'Warn') return { object, warnings };
  return { object, warnings: [...unknown.map((path) => `unknown field "${fieldPath(path)}"`), ...warnings] };
}

/** Kinds that have no schema here are taken as they are. */
function check(value: SentObject, target: WriteTarget, onUnknown: (path: Path) => void): Validation {
  const { kind } = target;
  if (lookUpKind(kind.group, kind.kind).type === 'simulated') {
    return validate(value, () => undefined, onUnknown);
  }
  if (kind.kind === 'Pod') return checkPod(value, onUnknown);
  const { metadata, status: _status, ...fields } = value;
  const { meta, issues } = checkMetadata(
    metadata,
    { kind: kind.kind, namespaced: kind.isNamespaced },
    onUnknown,
  );
  if (meta === undefined) return { issues };
  const apiVersion = storedApiVersion(target);
  return { object: { ...fields, apiVersion, kind: kind.kind, metadata: meta }, issues };
}

function storedApiVersion({ kind }: WriteTarget): string {
  const version = kind.versions[0] ?? '';
  return kind.group === '' ? version : `${kind.group}/${version}`;
}

function schemaFor({ kind }: WriteTarget) {
  const known = lookUpKind(kind.group, kind.kind);
  return known.type === 'simulated' ? schemaOf(known.data) : undefined;
}

function nameOf({ metadata }: SentObject): string {
  return isRecord(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
}

/** `strict decoding error: unknown field "spec.x"`. */
function strictFailure(unknown: readonly Path[], target: WriteTarget): Reply {
  const fields = unknown.map((path) => `unknown field "${fieldPath(path)}"`).join(', ');
  return failure('BadRequest', `${cannotBeHandled(target)}: strict decoding error: ${fields}`);
}

/** Built-in kinds are decoded into structures, so a value of another type does not even get to validation. */
function undecodableObject(issue: Issue, target: WriteTarget): Reply {
  const field = fieldPath(issue.path);
  const message = `json: cannot unmarshal the value of field ${target.kind.kind}.${field}: ${issue.message}`;
  return failure('BadRequest', `${cannotBeHandled(target)}: ${message}`);
}
