import { isRecord } from '../../resources/schema/walk.ts';
import { applyConfiguration, type FieldConflict } from '../fields/apply-configuration.ts';
import { leavesOf, printPath } from '../fields/field-paths.ts';
import { setOf, toManagedFields, withSet } from '../fields/managers.ts';
import { createFrom } from '../handlers/create-object.ts';
import { type FailureCause, failure } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { checkIdentity } from './check-identity.ts';
import { shapeOf } from './ownership.ts';
import { asSentObject, parseYaml, type SentObject } from './read-object.ts';
import { writerOf } from './request-options.ts';
import { madeHere, otherUid, updateObject } from './update-object.ts';
import type { WriteTarget } from './write-target.ts';

/** Server-side apply: `PATCH` of type `application/apply-patch+yaml`. Makes the object where there is none. */
export async function applyObject(call: ApiCall, target: WriteTarget): Promise<Reply> {
  const manager = call.query.get('fieldManager');
  if (manager === null || manager === '') return withoutManager();
  const read = asSentObject(parseYaml(await call.readBody()), target);
  if ('reply' in read) return read.reply;
  const refused = refusal(read.value);
  if (refused !== undefined) return refused;
  const identified = checkIdentity(withoutNulls(read.value) as SentObject, target);
  if ('reply' in identified) return identified.reply;
  const { kind, namespace, name } = target;
  const exists = call.state.get(kind.kind, namespace, name) !== undefined;
  return exists ? applyTo(call, target, identified.value) : create(call, target, identified.value);
}

function create(call: ApiCall, target: WriteTarget, configuration: SentObject): Reply {
  const set = setOf(leavesOf(configuration, shapeOf(target)).values());
  const writer = { ...writerOf(call, target.apiVersion), operation: 'Apply' } as const;
  return createFrom(call, target, configuration, () => toManagedFields(withSet([], writer, set)));
}

function applyTo(call: ApiCall, target: WriteTarget, configuration: SentObject): Reply {
  const { kind, namespace, name } = target;
  const shown = call.state.get(kind.kind, namespace, name);
  const current = call.state.writer.stored(kind.kind, namespace, name);
  if (shown === undefined || current === undefined) return madeHere(target);
  const metadata = Object(configuration.metadata);
  if (isGiven(metadata.uid) && metadata.uid !== shown.metadata.uid) {
    return otherUid(target, String(metadata.uid), shown.metadata);
  }
  const applied = applyConfiguration(current, shapeOf(target), {
    configuration,
    writer: writerOf(call, target.apiVersion),
    isForced: call.query.get('force') === 'true',
  });
  if ('conflicts' in applied) return applyConflict(applied.conflicts);
  const merged = Object(applied.object.metadata);
  const resourceVersion = isGiven(metadata.resourceVersion)
    ? metadata.resourceVersion
    : shown.metadata.resourceVersion;
  return updateObject(call, target, {
    shown,
    sent: { ...applied.object, apiVersion: target.apiVersion, metadata: { ...merged, resourceVersion } },
    ownership: () => toManagedFields(applied.managers),
  });
}

/** What an applied configuration cannot have. */
function refusal({ apiVersion, kind, metadata }: SentObject): Reply | undefined {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') {
    return failure('BadRequest', 'apiVersion and kind must be set in an applied configuration');
  }
  const { managedFields } = Object(metadata);
  const isEmpty = managedFields === undefined || managedFields === null;
  return isEmpty ? undefined : failure('BadRequest', 'metadata.managedFields must be nil');
}

function isGiven(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

/** `null` says nothing about a field. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutNulls(field)]));
}

function withoutManager(): Reply {
  const message = 'Required value: is required for apply patch';
  return failure('Invalid', `PatchOptions.meta.k8s.io "" is invalid: fieldManager: ${message}`, {
    group: 'meta.k8s.io',
    kind: 'PatchOptions',
    causes: [{ reason: 'FieldValueRequired', message, field: 'fieldManager' }],
  });
}

/** `409`: which managers own what. */
function applyConflict(conflicts: readonly FieldConflict[]): Reply {
  const causes: FailureCause[] = conflicts.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${ownerName(owner)}`,
    field: printPath(path),
  }));
  const [first] = causes;
  if (causes.length === 1 && first !== undefined) {
    const message = `Apply failed with 1 conflict: ${first.message}: ${first.field}`;
    return failure('Conflict', message, { causes });
  }
  const byOwner = new Map<string, string[]>();
  for (const { message, field } of causes) {
    const title = message.replace('conflict with', 'conflicts with');
    byOwner.set(title, [...(byOwner.get(title) ?? []), field]);
  }
  const parts = [...byOwner].map(([title, fields]) =>
    [`${title}:`, ...fields.map((field) => `- ${field}`)].join('\n'),
  );
  return failure('Conflict', `Apply failed with ${causes.length} conflicts: ${parts.join('\n')}`, { causes });
}

function ownerName({ entry }: FieldConflict['owner']): string {
  const { manager, operation, apiVersion, subresource } = entry;
  const part = subresource === undefined ? '' : ` with subresource "${subresource}"`;
  return operation === 'Apply' ? `"${manager}"${part}` : `"${manager}"${part} using ${apiVersion}`;
}
