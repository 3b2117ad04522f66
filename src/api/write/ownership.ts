import { deepEqual } from '../../resources/deep-equal.ts';
import type { ManagedFields, ManifestObject } from '../../resources/manifest.ts';
import type { KubeObject, Resource } from '../../resources/resource.ts';
import { isRecord } from '../../resources/schema/walk.ts';
import { type FieldShape, shapeOfKind } from '../fields/field-shape.ts';
import { afterUpdate, toManagedFields } from '../fields/managers.ts';
import type { ApiCall } from '../route.ts';
import type { Admission } from './admit.ts';
import type { SentObject } from './read-object.ts';
import { writerOf } from './request-options.ts';
import type { WriteTarget } from './write-target.ts';

/** Who owns the fields of an object after it was written. */
export type Ownership = (object: ManifestObject, current: Resource | undefined) => readonly ManagedFields[];

/** An admitted object with who owns what of it. */
export function withOwners(
  { object, warnings }: Admission,
  current: Resource | undefined,
  ownership: Ownership,
): Admission {
  const managedFields = ownership(object, current);
  const { managedFields: _before, ...metadata } = object.metadata;
  const owned = managedFields.length === 0 ? metadata : { ...metadata, managedFields };
  return { object: { ...object, metadata: owned }, warnings };
}

/**
 * The one who writes owns what it changes.
 *
 * @param how `sent`: owners that the client itself has set; `subresource`: through which part it writes
 */
export function updateBy(
  call: ApiCall,
  target: WriteTarget,
  how: {
    readonly sent?: readonly ManagedFields[] | undefined;
    readonly subresource?: string | undefined;
  } = {},
): Ownership {
  return (object, current) => {
    if (how.sent !== undefined) return how.sent;
    const managers = afterUpdate(object, current, shapeOf(target), {
      ...writerOf(call, target.apiVersion),
      subresource: how.subresource,
    });
    return managers === undefined
      ? (current?.object.metadata.managedFields ?? [])
      : toManagedFields(managers);
  };
}

/** The shape of a target's objects. */
export function shapeOf({ kind }: WriteTarget): FieldShape {
  return shapeOfKind(kind.group, kind.kind);
}

/** Owners that a client sent back changed; `undefined` where it left them. */
export function sentOwners(sent: SentObject, shown: KubeObject): readonly ManagedFields[] | undefined {
  const { managedFields } = Object(sent.metadata);
  if (!Array.isArray(managedFields) || deepEqual(managedFields, shown.metadata.managedFields))
    return undefined;
  return managedFields.flatMap((entry: unknown) => (isEntry(entry) ? [entry] : []));
}

function isEntry(entry: unknown): entry is ManagedFields {
  if (!isRecord(entry) || !isRecord(entry.fieldsV1)) return false;
  return typeof entry.manager === 'string' && (entry.operation === 'Apply' || entry.operation === 'Update');
}
