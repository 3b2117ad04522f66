import { deepEqual } from '../../resources/deep-equal.ts';
import { isRecord } from '../../resources/schema/walk.ts';
import { setField } from '../../resources/set-field.ts';
import { PatchError } from './patch-error.ts';

/** Most operations of one patch that an API server takes. */
const maxOperations = 10_000;

/** Most that all copies of one patch may come to, bytes: a few operations could make a document of any size. */
const maxCopiedBytes = 3 * 1024 * 1024;

interface Copied {
  bytes: number;
}

/**
 * JSON Patch (RFC 6902): operations one after the other, all or none. The given value is not changed.
 *
 * @throws {PatchError} for an operation that is none, or that cannot be carried out
 */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw new PatchError('malformed', 'a JSON patch is a list of operations');
  if (patch.length > maxOperations) {
    const message = `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`;
    throw new PatchError('malformed', message);
  }
  const copied = { bytes: 0 };
  return patch.reduce(
    (value: unknown, operation: unknown) => applyOperation(value, operation, copied),
    target,
  );
}

function applyOperation(target: unknown, operation: unknown, copied: Copied): unknown {
  if (!isRecord(operation)) throw new PatchError('malformed', 'an operation of a JSON patch is an object');
  const path = pointer(operation.path, 'path');
  switch (operation.op) {
    case 'add':
      return add(target, path, givenValue(operation));
    case 'remove':
      return remove(target, path);
    case 'replace':
      read(target, path);
      return path.length === 0 ? givenValue(operation) : replace(target, path, givenValue(operation));
    case 'move':
      return move(target, pointer(operation.from, 'from'), path);
    case 'copy':
      return add(target, path, counted(read(target, pointer(operation.from, 'from')), copied));
    case 'test':
      return test(target, path, operation.value);
    default:
      throw new PatchError('malformed', `Unexpected kind: ${String(operation.op)}`);
  }
}

function counted(value: unknown, copied: Copied): unknown {
  copied.bytes += JSON.stringify(value).length;
  if (copied.bytes <= maxCopiedBytes) return value;
  throw new PatchError('inapplicable', `the copies of the patch are larger than ${maxCopiedBytes} bytes`);
}

function givenValue(operation: Readonly<Record<string, unknown>>): unknown {
  if (!Object.hasOwn(operation, 'value')) {
    throw new PatchError('malformed', `the operation ${String(operation.op)} has no value`);
  }
  return operation.value;
}

/** Steps of a JSON pointer (RFC 6901). */
function pointer(text: unknown, field: string): readonly string[] {
  if (typeof text !== 'string') throw new PatchError('malformed', `an operation has no ${field}`);
  if (text === '') return [];
  if (!text.startsWith('/'))
    throw new PatchError('malformed', `the ${field} ${text} does not begin with "/"`);
  return text
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function print(path: readonly string[]): string {
  return `/${path.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;
}

function missing(path: readonly string[]): PatchError {
  return new PatchError('inapplicable', `doc is missing path: "${print(path)}": missing value`);
}

function read(target: unknown, path: readonly string[]): unknown {
  let at = target;
  for (const [index, step] of path.entries()) {
    const here = path.slice(0, index + 1);
    if (Array.isArray(at)) at = at[existingIndex(at, step, here)];
    else if (isRecord(at) && Object.hasOwn(at, step)) at = at[step];
    else throw missing(here);
  }
  return at;
}

function existingIndex(list: readonly unknown[], step: string, path: readonly string[]): number {
  const index = /^(0|[1-9]\d*)$/.test(step) ? Number(step) : Number.NaN;
  if (!(index < list.length)) throw missing(path);
  return index;
}

/** Gives the value at a path anew; everything on the way to it is copied. */
function change(
  target: unknown,
  path: readonly string[],
  edit: (parent: unknown, last: string) => unknown,
): unknown {
  const [step, ...rest] = path;
  if (step === undefined) throw new PatchError('inapplicable', 'the whole document cannot be removed');
  if (rest.length === 0) return edit(target, step);
  if (Array.isArray(target)) {
    const index = existingIndex(target, step, path);
    return target.with(index, change(target[index], rest, edit));
  }
  if (!isRecord(target) || !Object.hasOwn(target, step)) throw missing(path);
  return withField(target, step, change(target[step], rest, edit));
}

function add(target: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  return change(target, path, (parent, last) => {
    if (!Array.isArray(parent)) {
      if (isRecord(parent)) return withField(parent, last, value);
      throw missing(path);
    }
    if (last === '-') return [...parent, value];
    const index = last === String(parent.length) ? parent.length : existingIndex(parent, last, path);
    return parent.toSpliced(index, 0, value);
  });
}

function remove(target: unknown, path: readonly string[]): unknown {
  return change(target, path, (parent, last) => {
    if (Array.isArray(parent)) return parent.toSpliced(existingIndex(parent, last, path), 1);
    if (!isRecord(parent) || !Object.hasOwn(parent, last)) throw missing(path);
    return Object.fromEntries(Object.entries(parent).filter(([key]) => key !== last));
  });
}

function replace(target: unknown, path: readonly string[], value: unknown): unknown {
  return change(target, path, (parent, last) => {
    if (Array.isArray(parent)) return parent.with(existingIndex(parent, last, path), value);
    return withField(Object(parent), last, value);
  });
}

function move(target: unknown, from: readonly string[], path: readonly string[]): unknown {
  const isInside = from.length < path.length && from.every((step, index) => step === path[index]);
  if (isInside) throw new PatchError('inapplicable', 'a value cannot be moved into itself');
  const value = read(target, from);
  return from.length === 0 ? target : add(remove(target, from), path, value);
}

function test(target: unknown, path: readonly string[], value: unknown): unknown {
  if (deepEqual(readOrNull(target, path), value ?? null)) return target;
  throw new PatchError('inapplicable', `testing value ${print(path)} failed: test failed`);
}

/** A test for `null` passes where nothing is. */
function readOrNull(target: unknown, path: readonly string[]): unknown {
  try {
    return read(target, path);
  } catch {
    return null;
  }
}

function withField(record: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const result: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(record)) setField(result, name, field);
  setField(result, key, value);
  return result;
}
