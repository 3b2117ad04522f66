import type { ManifestMeta, OwnerReference } from '../../resources/manifest.ts';
import type { ObjectMeta } from '../../resources/resource.ts';
import { isRecord } from '../../resources/schema/walk.ts';
import { type FieldError, invalid, required } from './field-error.ts';
import type { SentObject } from './read-object.ts';

/** Fields of an object's metadata beside name, namespace, labels and annotations. */
export interface MetadataFields {
  readonly fields: Partial<ManifestMeta>;
  readonly errors: readonly FieldError[];
}

/**
 * What is kept of the rest of an object's metadata: finalizers and owners as they were sent, and that it is being
 * deleted, which only a server says.
 */
export function metadataFields(sent: SentObject, current: ObjectMeta | undefined): MetadataFields {
  const errors: FieldError[] = [];
  const finalizers = finalizersOf(sent.finalizers, errors);
  const ownerReferences = ownersOf(sent.ownerReferences, errors);
  if (current?.deletionTimestamp !== undefined) errors.push(...newFinalizers(finalizers, current));
  const generateName = current === undefined ? sent.generateName : current.generateName;
  const fields = {
    ...(typeof generateName === 'string' && generateName !== '' ? { generateName } : {}),
    ...(finalizers.length === 0 ? {} : { finalizers }),
    ...(ownerReferences.length === 0 ? {} : { ownerReferences }),
    ...(current?.managedFields === undefined ? {} : { managedFields: current.managedFields }),
    ...(current?.deletionTimestamp === undefined
      ? {}
      : {
          deletionTimestamp: current.deletionTimestamp,
          deletionGracePeriodSeconds: current.deletionGracePeriodSeconds ?? 0,
        }),
  };
  return { fields, errors };
}

function finalizersOf(value: unknown, errors: FieldError[]): readonly string[] {
  if (value === undefined || value === null) return [];
  const field = 'metadata.finalizers';
  if (!Array.isArray(value)) {
    errors.push(invalid(field, value, 'must be a list of names'));
    return [];
  }
  for (const [index, name] of value.entries()) {
    if (typeof name === 'string' && /^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$/.test(name)) continue;
    errors.push(invalid(`${field}[${index}]`, name, 'name part must consist of alphanumeric characters'));
  }
  return [...new Set(value.map(String))];
}

/** While an object is being deleted nobody can hold it any longer than those who hold it already. */
function newFinalizers(finalizers: readonly string[], { finalizers: held = [] }: ObjectMeta): FieldError[] {
  const added = finalizers.filter((name) => !held.includes(name));
  if (added.length === 0) return [];
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(', ')}}`;
  return [{ reason: 'FieldValueForbidden', field: 'metadata.finalizers', message: `Forbidden: ${detail}` }];
}

function ownersOf(value: unknown, errors: FieldError[]): readonly OwnerReference[] {
  if (value === undefined || value === null) return [];
  const field = 'metadata.ownerReferences';
  if (!Array.isArray(value)) {
    errors.push(invalid(field, value, 'must be a list of owners'));
    return [];
  }
  return value.flatMap((owner: unknown, index) => {
    const record = isRecord(owner) ? owner : {};
    const missing = ['apiVersion', 'kind', 'name', 'uid'].filter((name) => typeof record[name] !== 'string');
    for (const name of missing) errors.push(required(`${field}[${index}].${name}`, 'must not be empty'));
    return missing.length === 0 ? [owner as OwnerReference] : [];
  });
}
