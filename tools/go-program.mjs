// Builds programs that tests take from the world of Go, and keeps them in the cache.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** Runs a program to its end, its output line by line. Resolves to its exit code; 127: there is no such program. */
export function run(command, args, { onLine = () => {}, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/**
 * Path of the program of a module, built where it is not in the cache; `undefined` without Go.
 *
 * @param folder the module's; all its Go files and sums count
 * @param name of the program's file
 * @param command what `go` is told to do, such as `['build']`
 * @param linkerFlags further ones, such as values of variables
 */
export async function buildGoProgram({ folder, name, command, linkerFlags = '' }) {
  let version = '';
  const code = await run('go', ['env', 'GOOS', 'GOARCH', 'GOVERSION'], {
    cwd: folder,
    onLine: (line) => (version += `${line}\n`),
  });
  if (code !== 0) return undefined;
  const hash = createHash('sha256')
    .update(version)
    .update([...command, linkerFlags].join(' '));
  const files = readdirSync(folder).filter((file) => /\.(?:go|mod|sum)$/.test(file));
  for (const file of files.sort()) hash.update(readFileSync(join(folder, file)));
  const caches = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'calb-sim', 'go');
  const program = join(caches, hash.digest('hex').slice(0, 16), name);
  if (existsSync(program)) return program;
  console.log(`building ${name} (some minutes, once) …`);
  mkdirSync(dirname(program), { recursive: true });
  const partial = `${program}.${process.pid}`;
  const built = await run(
    'go',
    [...command, '-trimpath', `-ldflags=-s -w ${linkerFlags}`, '-o', partial, '.'],
    {
      cwd: folder,
      onLine: (line) => console.log(line),
    },
  );
  if (built !== 0) {
    rmSync(partial, { force: true });
    throw new Error(`${name} cannot be built (exit code ${built})`);
  }
  renameSync(partial, program);
  return program;
}
