import { deepEqual } from '../../resources/deep-equal.ts';
import type { ManifestObject } from '../../resources/manifest.ts';
import type { KubeObject } from '../../resources/resource.ts';
import { isRecord } from '../../resources/schema/walk.ts';
import { type FieldError, forbidden, invalid } from './field-error.ts';

type Check = (next: Fields, before: Fields) => readonly FieldError[];
type Fields = Readonly<Record<string, unknown>>;

/** Fields of built-in kinds that cannot change (validation.go of their API groups). */
const checks: Readonly<Record<string, Check>> = {
  Deployment: (next, before) => immutable(next, before, ['spec', 'selector']),
  Secret: (next, before) => [...immutable(next, before, ['type']), ...sealed(next, before, ['data'])],
  ConfigMap: (next, before) => sealed(next, before, ['data', 'binaryData']),
  EndpointSlice: (next, before) => immutable(next, before, ['addressType']),
  Service: clusterIp,
  Pod: podSpec,
};

/** Which fields an update changes that cannot be changed. */
export function immutableFields(next: ManifestObject, before: KubeObject): readonly FieldError[] {
  return checks[next.kind]?.(fieldsOf(next), fieldsOf(before)) ?? [];
}

function fieldsOf(object: ManifestObject): Fields {
  return object as unknown as Fields;
}

function immutable(next: Fields, before: Fields, path: readonly string[]): readonly FieldError[] {
  const value = at(next, path);
  if (deepEqual(value, at(before, path))) return [];
  return [invalid(path.join('.'), value ?? null, 'field is immutable')];
}

/** `immutable: true` of Secrets and ConfigMaps. */
function sealed(next: Fields, before: Fields, fields: readonly string[]): readonly FieldError[] {
  if (before.immutable !== true) return [];
  const detail = 'field is immutable when `immutable` is set';
  const changed = fields.filter((field) => !deepEqual(next[field], before[field]));
  if (next.immutable !== true) return [forbidden('immutable', detail)];
  return changed.map((field) => forbidden(field, detail));
}

function podSpec(next: Fields, before: Fields): readonly FieldError[] {
  if (deepEqual(next.spec, before.spec)) return [];
  return [forbidden('spec', 'pod updates may not change fields here: delete it and make another one')];
}

function clusterIp(next: Fields, before: Fields): readonly FieldError[] {
  const old = at(before, ['spec', 'clusterIP']);
  const value = at(next, ['spec', 'clusterIP']);
  if (old === undefined || old === '' || value === undefined || value === '' || value === old) return [];
  if (at(next, ['spec', 'type']) === 'ExternalName') return [];
  return [invalid('spec.clusterIPs[0]', [value], 'may not change once set')];
}

function at(fields: Fields, path: readonly string[]): unknown {
  let value: unknown = fields;
  for (const step of path) value = isRecord(value) ? value[step] : undefined;
  return value;
}
