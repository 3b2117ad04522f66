import { wholeSeconds } from '../../resources/whole-seconds.ts';
import type { Writer } from '../fields/managers.ts';
import type { ApiCall } from '../route.ts';
import type { FieldValidation } from './admit.ts';

/** The query parameter `fieldValidation`; an API server warns where it is not given. */
export function fieldValidation({ query }: ApiCall): FieldValidation {
  const given = query.get('fieldValidation');
  return given === 'Strict' || given === 'Ignore' ? given : 'Warn';
}

/** Who writes by this request, for the ownership of fields. */
export function writerOf(call: ApiCall, apiVersion: string): Writer {
  return { manager: fieldManager(call), apiVersion, time: wholeSeconds(Date.now()) };
}

/** Whether a request only tries (`dryRun=All`). */
export function isDryRun({ query }: ApiCall): boolean {
  return query.getAll('dryRun').includes('All');
}

/** Who writes: the query parameter `fieldManager`, or the client's program. */
export function fieldManager({ query, headers }: ApiCall): string {
  const named = query.get('fieldManager');
  if (named !== null && named !== '') return named.slice(0, 128);
  const [program = ''] = (headers['user-agent'] ?? '').split('/');
  const printable = program.replace(/[^\x20-\x7e]/g, '').slice(0, 128);
  return printable === '' ? 'unknown' : printable;
}
