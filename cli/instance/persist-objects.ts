import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { persistMark } from '../../src/resources/export-mark.ts';
import { loadFile } from '../../src/resources/load-file.ts';
import type { Manifest, ObjectKey } from '../../src/resources/manifest.ts';
import type { Session } from '../../src/session/session.ts';
import { formatYaml } from '../output/yaml.ts';

/** Writes come in groups: so long is waited for more, milliseconds. */
const patienceMs = 50;

/** Objects of the API that outlive the instance. */
export interface Persistence {
  /** Writes what is not written yet. */
  close(): void;
}

/**
 * Keeps the objects that are made through the API as YAML, one file for each: those of an earlier instance are there
 * again at once, what is written from then on is written, what is deleted is removed. Objects that files declare are not
 * among them, whatever the API changed of them.
 *
 * @param folder is made where it is not there
 */
export function persistObjects(session: Session, folder: string): Persistence {
  mkdirSync(folder, { recursive: true });
  restore(session, folder);
  const known = new Map<ObjectKey, Manifest>(apiObjects(session));
  let seen = session.state.store.written;
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    timer = undefined;
    seen = session.state.store.written;
    try {
      update(folder, known, new Map(apiObjects(session)));
    } catch (error) {
      tell(session, `objects cannot be kept in ${folder}: ${reasonOf(error)}`);
    }
  };
  const stop = session.subscribe(() => {
    if (session.state.store.written !== seen) timer ??= setTimeout(save, patienceMs).unref();
  });
  return {
    close() {
      stop();
      clearTimeout(timer);
      if (session.state.store.written !== seen) save();
    },
  };
}

function* apiObjects(session: Session): Iterable<readonly [ObjectKey, Manifest]> {
  for (const [key, manifest] of session.state.store.written) {
    // Pods alone are for the moment, and no file may declare one.
    if (manifest?.origin.type === 'api' && manifest.object.kind !== 'Pod') yield [key, manifest];
  }
}

/** Puts the objects of all files into the session, at once. */
function restore(session: Session, folder: string): void {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  const put = names.sort().flatMap((name) => {
    const path = join(folder, name);
    const text = readFileSync(path, 'utf8');
    if (!text.startsWith(persistMark)) return [];
    // Without its mark it is read as any file.
    const { manifests, diagnostics } = loadFile({ path, text: text.replace(persistMark, '#') });
    const fault = diagnostics.find(({ severity }) => severity === 'error');
    if (fault !== undefined) tell(session, `${path} is not restored: ${fault.message}`);
    return manifests.map(({ object }) => object);
  });
  if (put.length === 0) return;
  session.post({ type: 'object-write', put, delete: [], by: '--persist' });
  session.flush();
}

/** Brings the files from what they hold to what they shall hold. */
function update(
  folder: string,
  known: Map<ObjectKey, Manifest>,
  wanted: ReadonlyMap<ObjectKey, Manifest>,
): void {
  for (const [key, manifest] of wanted) {
    if (known.get(key) === manifest) continue;
    write(join(folder, fileName(key)), manifest);
    known.set(key, manifest);
  }
  for (const key of [...known.keys()]) {
    if (wanted.has(key)) continue;
    rmSync(join(folder, fileName(key)), { force: true });
    known.delete(key);
  }
}

/** Whole or not at all: who reads in between sees the old one. Secrets are among them, so it is for this user only. */
function write(path: string, { object }: Manifest): void {
  const { name, namespace, labels, annotations, finalizers } = object.metadata;
  const metadata = Object.fromEntries(
    Object.entries({ name, namespace, labels, annotations, finalizers }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const text = `${persistMark}: not watched; read at the next start\n${formatYaml([{ ...object, metadata }])}`;
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** `httproute.team-a.shop.yaml`. */
function fileName(key: ObjectKey): string {
  const [kind = '', ...names] = key.split('/');
  return `${[kind.toLowerCase(), ...names].join('.')}.yaml`;
}

function tell(session: Session, message: string): void {
  session.post({ type: 'problem', message, hint: 'objects of the API live as long as this instance' });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
