import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Environment } from '../../process/run-directory.ts';
import { type ElfFile, readElf } from './elf-file.ts';
import { type CachedLibrary, parseLdSoCache } from './ld-so-cache.ts';

/** What a program needs beside itself. */
export interface ProgramFiles {
  /** As images name it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** The loader: its path is the one at which the kernel looks for it. Absent: the program is statically linked. */
  readonly interpreter?: string;
  /** Libraries by the name that is asked for, sorted. */
  readonly libraries: readonly CachedLibrary[];
}

/** A program whose libraries cannot be collected: the message says why. */
export class NotCollectable extends Error {
  override readonly name = 'NotCollectable';
}

/** Loaded by glibc before 2.34 when names are resolved, without being named by any program. */
const nameService = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'];

/**
 * Finds all shared libraries of a program as its loader would (ld.so(8)), without running it. Libraries for certain
 * processors only are left out.
 *
 * @throws {NotCollectable} when it is no ELF program for glibc, or a library is missing
 */
export function collectProgramFiles(program: string, env: Environment): ProgramFiles {
  const elf = readElf(program);
  if (elf === undefined) throw new NotCollectable(`${program} is no Linux program of 64 bits`);
  const { architecture, interpreter } = elf;
  if (interpreter === undefined && elf.needed.length === 0) return { architecture, libraries: [] };
  if (interpreter === undefined) throw new NotCollectable(`${program} has libraries but names no loader`);
  if (!/^ld(-linux|64|\.so)/.test(basename(interpreter))) {
    throw new NotCollectable(`${program} is for another C library than glibc (its loader is ${interpreter})`);
  }
  const search = new LibrarySearch(architecture, env);
  const libraries = new Map<string, string>();
  // Only names that are new are followed, so cycles end.
  const follow = (file: string, { needed, rPath, runPath }: ElfFile) => {
    for (const name of needed) {
      if (name === basename(interpreter) || libraries.has(name)) continue;
      const found = search.find(name, { file, rPath, runPath });
      if (found === undefined) throw new NotCollectable(`${file} needs ${name}, which was not found`);
      libraries.set(name, found.path);
      follow(found.path, found.elf);
    }
  };
  follow(program, elf);
  addNameService(libraries);
  return { architecture, interpreter, libraries: sorted(libraries) };
}

function addNameService(libraries: Map<string, string>): void {
  const libc = libraries.get('libc.so.6');
  if (libc === undefined) return;
  for (const name of nameService) {
    const path = join(dirname(libc), name);
    if (!libraries.has(name) && existsSync(path)) libraries.set(name, path);
  }
}

function sorted(libraries: ReadonlyMap<string, string>): readonly CachedLibrary[] {
  return [...libraries]
    .map(([name, path]) => ({ name, path }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

interface Asker {
  readonly file: string;
  readonly rPath: readonly string[];
  readonly runPath: readonly string[];
}

/** Names of Debian's library folders. */
const tuples: Readonly<Record<string, string>> = {
  amd64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
  riscv64: 'riscv64-linux-gnu',
};

class LibrarySearch {
  readonly #architecture: string;
  readonly #fromEnvironment: readonly string[];
  #cache: readonly CachedLibrary[] | undefined;

  constructor(architecture: string, env: Environment) {
    this.#architecture = architecture;
    this.#fromEnvironment = (env.LD_LIBRARY_PATH ?? '').split(/[:;]/).filter(Boolean);
  }

  /** The first that fits, in the loader's order. */
  find(name: string, asker: Asker): { readonly path: string; readonly elf: ElfFile } | undefined {
    for (const path of this.#candidates(name, asker)) {
      const elf = existsSync(path) ? readElf(path) : undefined;
      if (elf?.architecture === this.#architecture) return { path, elf };
    }
    return undefined;
  }

  *#candidates(name: string, { file, rPath, runPath }: Asker): Generator<string> {
    if (name.includes('/')) {
      yield name;
      return;
    }
    const within = (folders: readonly string[]) =>
      folders.map((folder) => join(folder.replaceAll(/\$\{?ORIGIN\}?/g, dirname(file)), name));
    if (runPath.length === 0) yield* within(rPath);
    yield* within(this.#fromEnvironment);
    yield* within(runPath);
    this.#cache ??= readCache();
    for (const library of this.#cache) if (library.name === name) yield library.path;
    yield* within(standardFolders(this.#architecture));
  }
}

function readCache(): readonly CachedLibrary[] {
  const path = '/etc/ld.so.cache';
  return existsSync(path) ? parseLdSoCache(readFileSync(path)) : [];
}

function standardFolders(architecture: string): readonly string[] {
  const tuple = tuples[architecture];
  const own = tuple === undefined ? [] : [`/lib/${tuple}`, `/usr/lib/${tuple}`];
  return [...own, '/lib64', '/usr/lib64', '/lib', '/usr/lib'];
}
