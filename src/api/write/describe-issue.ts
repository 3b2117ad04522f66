import type { Issue } from '../../resources/issue.ts';
import type { Path } from '../../resources/resource.ts';
import type { SchemaNode } from '../../resources/schema/compile.ts';
import {
  duplicate,
  type FieldError,
  fieldPath,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  typeInvalid,
} from './field-error.ts';

/** What an issue is about. */
export interface Checked {
  /** The object as it was sent. */
  readonly value: unknown;
  /** Schema of what stands beside the metadata; absent for kinds without one. */
  readonly schema: SchemaNode | undefined;
}

/** Says an issue as an API server says it: same words, same fields, for the same mistake. */
export function describeIssue(issue: Issue, { value, schema }: Checked): FieldError {
  const field = fieldPath(issue.path);
  const at = valueAt(value, issue.path);
  const node = schema === undefined ? undefined : nodeAt(schema, issue.path);
  switch (issue.code) {
    case 'CALB0111':
      return typeInvalid(field, typeName(at), node?.data.type ?? 'string');
    case 'CALB0112':
      return notSupported(field, at, node?.data.enum ?? []);
    case 'CALB0113':
      return required(missingField(issue), issue.missing === undefined ? issue.message : '');
    case 'CALB0114':
      return limit(issue, at, node);
    case 'CALB0115':
      return duplicate(field, duplicateValue(at, issue.path, schema));
    case 'CALB0116':
    case 'CALB0122':
      return invalid(field, ruleValue(at), ruleMessage(issue));
    case 'CALB0117':
      return nameError(issue, at);
    case 'CALB0121':
      return invalid(field, at, `illegal base64 data at input byte ${base64Fault(at)}`);
    default:
      return invalid(field, at ?? '', issue.message);
  }
}

/** The value at a path, as far as there is one. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) at = Object(at)[step];
  return at;
}

function nodeAt(schema: SchemaNode, path: Path): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema;
  for (const step of path) {
    node =
      typeof step === 'number' ? node?.items : (node?.properties?.get(step) ?? node?.additionalProperties);
  }
  return node;
}

function missingField({ path, missing }: Issue): string {
  if (missing !== undefined) return fieldPath([...path, missing]);
  return path.length === 0 ? 'spec' : fieldPath(path);
}

/** Numbers, lengths, patterns: the limit that the value breaks, in the order in which they are looked at. */
function limit(issue: Issue, at: unknown, node: SchemaNode | undefined): FieldError {
  const field = fieldPath(issue.path);
  const data = node?.data;
  const body = `${field} in body`;
  if (data !== undefined && typeof at === 'string') {
    const length = [...at].length;
    if (data.maxLength !== undefined && length > data.maxLength) return tooLong(field, data.maxLength);
    if (data.minLength !== undefined && length < data.minLength) {
      return invalid(field, at, `${body} should be at least ${data.minLength} chars long`);
    }
    const broken = node?.patterns.find(({ expression }) => !expression.test(at));
    if (broken !== undefined) return invalid(field, at, `${body} should match '${broken.source}'`);
    if (data.format !== undefined)
      return invalid(field, at, `${body} must be of type ${data.format}: ${JSON.stringify(at)}`);
  }
  if (data !== undefined && typeof at === 'number') {
    const bound = numberLimit(data, at);
    if (bound !== undefined) return invalid(field, at, `${body} ${bound}`);
  }
  const count = Array.isArray(at) ? at.length : Object.keys(Object(at)).length;
  const max = Array.isArray(at) ? data?.maxItems : data?.maxProperties;
  const min = Array.isArray(at) ? data?.minItems : data?.minProperties;
  if (max !== undefined && count > max) return tooMany(field, count, max);
  if (min !== undefined && count < min) {
    const what = Array.isArray(at) ? 'items' : 'properties';
    return invalid(field, count, `${body} should have at least ${min} ${what}`);
  }
  return invalid(field, at ?? '', issue.message);
}

function numberLimit(data: SchemaNode['data'], value: number): string | undefined {
  const { minimum, maximum, multipleOf, exclusiveMaximum, exclusiveMinimum, format } = data;
  if (minimum !== undefined && (value < minimum || (exclusiveMinimum && value === minimum))) {
    return `should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`;
  }
  if (maximum !== undefined && (value > maximum || (exclusiveMaximum && value === maximum))) {
    return `should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`;
  }
  if (multipleOf !== undefined && value % multipleOf !== 0) return `should be a multiple of ${multipleOf}`;
  return format === 'int32' ? `must be of type integer: "number"` : undefined;
}

function duplicateValue(at: unknown, path: Path, schema: SchemaNode | undefined): unknown {
  const keys = schema === undefined ? undefined : nodeAt(schema, path.slice(0, -1))?.data.listMapKeys;
  if (keys === undefined || typeof at !== 'object') return at;
  return Object.fromEntries(
    keys.flatMap((key) => (Object(at)[key] === undefined ? [] : [[key, Object(at)[key]]])),
  );
}

/** The value of a rule's field is not printed where it is a collection. */
function ruleValue(at: unknown): unknown {
  if (Array.isArray(at)) return 'array';
  return typeof at === 'object' || at === undefined ? 'object' : at;
}

/** Issues of rules begin with the path; an API server has it as the field. */
function ruleMessage({ message }: Issue): string {
  const start = message.indexOf(': ');
  return start < 0 ? message : message.slice(start + 2);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function base64Fault(value: unknown): number {
  const text = String(value);
  const at = text.search(/[^A-Za-z0-9+/=\n\r]/);
  return at < 0 ? text.length : at;
}

const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const label1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const labelValue =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const qualifiedName =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/** Names, labels and keys (k8s.io/apimachinery/pkg/util/validation). */
function nameError(issue: Issue, at: unknown): FieldError {
  const [, part] = issue.path;
  if (part === 'labels' || part === 'annotations') {
    const field = `metadata.${part}`;
    return issue.at === 'key'
      ? invalid(field, issue.path[2], qualifiedName)
      : invalid(field, at, labelDetail(String(at)));
  }
  return invalid(fieldPath(issue.path), at, nameDetail(issue, String(at)));
}

function labelDetail(value: string): string {
  return value.length > 63 ? 'must be no more than 63 bytes' : labelValue;
}

function nameDetail({ message, path }: Issue, name: string): string {
  const isLabel = path[1] === 'namespace' || message.includes('DNS label');
  const max = isLabel ? 63 : 253;
  if (name.length > max) return `must be no more than ${max} bytes`;
  if (message.includes('begins with a letter')) return label1035;
  return isLabel ? label : subdomain;
}
