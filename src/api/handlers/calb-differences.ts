import type { Manifest, ManifestObject } from '../../resources/manifest.ts';
import type { ApiCall, Reply } from '../route.ts';

/** An object that does not run as the files declare it. */
export interface DifferenceReport {
  /** `HTTPRoute/namespace/name`. */
  readonly resource: string;
  /** Where a file declares it; absent where none does. */
  readonly file?: string;
  readonly line?: number;
  /** `null`: no file declares it. */
  readonly declared: ManifestObject | null;
  /** `null`: it was deleted. */
  readonly running: ManifestObject | null;
}

/** `GET /calb/v1/differences`: objects that were written or deleted through the API, beside what the files declare. */
export function getDifferences({ state }: ApiCall): Reply {
  const reports = state.writer.differences().map(({ key, declared, running }): DifferenceReport => {
    const place = declared?.origin.type === 'file' ? declared.position : undefined;
    return {
      resource: key,
      ...(place === undefined ? {} : { file: place.file, line: place.line }),
      ...contents(declared, running),
    };
  });
  const sorted = reports.sort((a, b) => (a.resource < b.resource ? -1 : 1));
  return { status: 200, body: { differences: sorted } };
}

function contents(declared: Manifest | undefined, running: Manifest | undefined) {
  const [before, after] = [plain(declared), plain(running)];
  if (before?.kind !== 'Secret' && after?.kind !== 'Secret') return { declared: before, running: after };
  return { declared: masked(before, after, 'before'), running: masked(after, before, 'after') };
}

/** What people write of an object: not who owns its fields. */
function plain(manifest: Manifest | undefined): ManifestObject | null {
  if (manifest === undefined) return null;
  const { managedFields: _managedFields, ...metadata } = manifest.object.metadata;
  return { ...manifest.object, metadata };
}

/** Secrets do not show what they hold, only whether it differs. */
function masked(object: ManifestObject | null, other: ManifestObject | null, side: 'before' | 'after') {
  if (object === null) return null;
  const data = Object.entries(Object(Object(object).data));
  const hidden = data.map(([key, value]) => {
    const isOther = other !== null && Object(Object(other).data)[key] !== value;
    return [key, isOther ? `*** (${side})` : '***'];
  });
  return { ...object, data: Object.fromEntries(hidden) };
}
