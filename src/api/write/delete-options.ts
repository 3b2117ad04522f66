import { isRecord } from '../../resources/schema/walk.ts';
import { failure } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { readValue } from './read-object.ts';

/** Kubernetes `meta/v1 DeleteOptions`, as far as they mean something here. */
export interface DeleteOptions {
  /** What becomes of objects that the deleted one owns. */
  readonly propagation: 'Background' | 'Foreground' | 'Orphan';
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly isDryRun: boolean;
}

/** The options of a DELETE, from its body and its query, or the answer why they cannot be followed. */
export async function readDeleteOptions(
  call: ApiCall,
): Promise<{ readonly options: DeleteOptions } | { readonly reply: Reply }> {
  const isEmpty = (await call.readBytes()).length === 0;
  const parsed = isEmpty ? { value: {} } : ((await readValue(call)) ?? { problem: 'unknown format' });
  if ('problem' in parsed) return bad(`error decoding DeleteOptions: ${parsed.problem}`);
  if (!isRecord(parsed.value)) return bad('DeleteOptions is an object');
  return optionsOf(parsed.value, call.query);
}

function optionsOf(
  body: Readonly<Record<string, unknown>>,
  query: URLSearchParams,
): { readonly options: DeleteOptions } | { readonly reply: Reply } {
  const policy = body.propagationPolicy ?? query.get('propagationPolicy') ?? undefined;
  const orphans = body.orphanDependents === true || query.get('orphanDependents') === 'true';
  const propagation = policy ?? (orphans ? 'Orphan' : 'Background');
  if (propagation !== 'Background' && propagation !== 'Foreground' && propagation !== 'Orphan') {
    return bad(
      `invalid DeleteOptions: propagationPolicy: Unsupported value: ${JSON.stringify(propagation)}: supported values: "Background", "Foreground", "Orphan"`,
    );
  }
  const preconditions = isRecord(body.preconditions) ? body.preconditions : {};
  const dryRun = [...(Array.isArray(body.dryRun) ? body.dryRun : []), ...query.getAll('dryRun')];
  return {
    options: {
      propagation,
      uid: text(preconditions.uid),
      resourceVersion: text(preconditions.resourceVersion),
      isDryRun: dryRun.includes('All'),
    },
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function bad(message: string): { readonly reply: Reply } {
  return { reply: failure('BadRequest', message) };
}
