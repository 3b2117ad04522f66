import { existsSync } from 'node:fs';
import { join, normalize, relative, resolve } from 'node:path';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { envoyGatewayProvider } from '../../src/providers/envoy-gateway.ts';
import type { Expansion } from '../../src/providers/provider.ts';
import { loadFile } from '../../src/resources/load-file.ts';
import type { Resources } from '../../src/resources/resources.ts';
import { emptyStore, type ResourceStore } from '../../src/resources/store.ts';
import { assumeBindings, assumePods, assumeServices } from '../../src/session/assume-bindings.ts';
import { problemDiagnostic } from '../../src/session/rejections.ts';
import { createTranslator } from '../../src/translate/build.ts';
import type { Fidelity, TranslateInput, Translation, Workloads } from '../../src/translate/translation.ts';
import { buildWorkloads } from '../../src/translate/workloads.ts';
import { readAll } from '../../src/watch/read-all.ts';
import { buildSnapshot, type SnapshotOptions } from '../../src/xds/build-snapshot.ts';
import { CliError } from '../cli-error.ts';
import type { CommandIo } from '../command-io.ts';
import { exitCodes } from '../exit-codes.ts';

/** Everything that follows from files alone. */
export interface Offline {
  readonly fileCount: number;
  readonly workloads: Workloads;
  readonly store: ResourceStore;
  readonly expansion: Expansion;
  readonly translation: Translation;
  /** All findings, errors first, then by place. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Where Envoy would log; nothing is written there. */
export const assumedLogs: SnapshotOptions = {
  accessLogPath: '/var/log/envoy/access.log',
  eventLogPath: '/var/log/envoy/events.log',
  requestEvents: true,
  sharesListeners: false,
};

/** Where what is declared would be, if it ran. */
export type Assume = (
  resources: Resources,
  workloads: Workloads,
) => Pick<TranslateInput, 'bindings' | 'pods' | 'services'>;

/** Gateways get made-up addresses, pods count as ready. */
const assumeAll: Assume = (resources, workloads) => ({
  bindings: assumeBindings(resources),
  pods: assumePods(workloads),
  services: assumeServices(workloads),
});

/**
 * Reads, checks and translates without starting anything.
 *
 * @throws {CliError} exit 2 when a path does not exist
 */
export function translatePaths(
  io: CommandIo,
  paths: readonly string[],
  fidelity: Fidelity,
  assume: Assume = assumeAll,
): Offline {
  const files = readAll(existing(io, paths));
  const now = new Date(io.now()).toISOString();
  const changes = files.map((file) => ({ path: file.path, loaded: loadFile(file) }));
  const store = emptyStore(now).applyFiles(changes, now);
  const expansion = envoyGatewayProvider.expand(store.resources);
  const workloads = buildWorkloads(expansion.effective);
  const translation = createTranslator()({
    resources: expansion.effective,
    ...assume(expansion.effective, workloads),
    fidelity,
    runsImages: false,
  });
  const problems = [...translation.tenants.values()].flatMap(
    (tenant) => buildSnapshot(tenant, assumedLogs).problems,
  );
  const diagnostics = [
    ...store.diagnostics,
    ...expansion.diagnostics,
    ...translation.diagnostics,
    ...problems.map((problem) => problemDiagnostic({ expansion }, problem)),
  ].sort(compareDiagnostics);
  return { fileCount: files.length, workloads, store, expansion, translation, diagnostics };
}

function existing(io: CommandIo, paths: readonly string[]): readonly string[] {
  const wanted = paths.length === 0 ? ['.'] : paths;
  for (const path of wanted) {
    if (existsSync(resolve(io.cwd, path))) continue;
    throw new CliError(exitCodes.usage, `${path} does not exist`);
  }
  // Relative paths are shown as they were typed; the working folder is the process's own.
  return wanted.map((path) =>
    relative(io.cwd, process.cwd()) === '' ? normalize(path) : join(io.cwd, path),
  );
}

const ranks = { error: 0, warning: 1, hint: 2 } as const;

function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    ranks[a.severity] - ranks[b.severity] ||
    compareText(a.position.file, b.position.file) ||
    a.position.line - b.position.line ||
    a.position.column - b.position.column
  );
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
