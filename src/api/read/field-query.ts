import type { Kind } from '../../resources/kinds.ts';
import type { KubeObject } from '../../resources/resource.ts';
import { QueryError } from './query-error.ts';

/** Fields by which objects of some kinds can be selected, beside name and namespace (`pkg/registry/…/strategy.go`). */
const fieldsOf: ReadonlyMap<string, readonly string[]> = new Map([
  [
    'Pod',
    [
      ...['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName'],
      ...['spec.hostNetwork', 'status.phase', 'status.podIP', 'status.nominatedNodeName'],
    ],
  ],
  [
    'Event',
    [
      ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
        (field) => `involvedObject.${field}`,
      ),
      ...['reason', 'reportingComponent', 'source', 'type'],
    ],
  ],
  ['Secret', ['type']],
  ['Namespace', ['status.phase']],
  ['Node', ['spec.unschedulable']],
  ['Service', ['spec.clusterIP', 'spec.type']],
  ['ReplicaSet', ['status.replicas']],
]);

/**
 * A field selector: `metadata.name=web,type!=Normal` (`fields.ParseSelector` of k8s.io/apimachinery). Empty selects
 * everything.
 *
 * @throws {QueryError} when it cannot be understood, or names a field by which objects of the kind cannot be selected
 */
export function parseFieldQuery(text: string, kind: Kind): (object: KubeObject) => boolean {
  const terms = text
    .split(/(?<!\\),/)
    .filter((term) => term !== '')
    .map((term) => parseTerm(term, kind));
  return (object) =>
    terms.every(({ field, isEqual, value }) => (fieldValue(object, field) === value) === isEqual);
}

function parseTerm(term: string, kind: Kind) {
  const [, field = '', operator, escaped = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? [];
  if (operator === undefined) {
    throw new QueryError(
      `invalid selector: ${JSON.stringify(term)}; can't understand ${JSON.stringify(term)}`,
    );
  }
  const known = ['metadata.name', 'metadata.namespace', ...(fieldsOf.get(kind.kind) ?? [])];
  if (!known.includes(field)) {
    throw new QueryError(`field label not supported: ${field} (supported: ${known.join(', ')})`);
  }
  return { field, isEqual: operator !== '!=', value: escaped.replace(/\\([\\,=])/g, '$1') };
}

function fieldValue(object: KubeObject, field: string): string {
  // An Event says who sent it in one of two places.
  if (field === 'source') {
    const { source, reportingComponent } = Object(object);
    return source?.component || reportingComponent || '';
  }
  const value = field
    .split('.')
    .reduce<unknown>(
      (at, step) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? Reflect.get(at, step) : undefined,
      object,
    );
  if (value !== undefined && value !== null) return String(value);
  return field === 'spec.unschedulable' || field === 'spec.hostNetwork' ? 'false' : '';
}
