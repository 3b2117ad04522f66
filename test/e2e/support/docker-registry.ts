import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

/** Name and password of a registry that wants them, and the line of its password file. */
export const registryUser = { username: 'tester', password: 'secret' } as const;
const passwordLine = `${registryUser.username}:$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW\n`;

/** Why no registry can be started; `undefined` where Debian's `docker-registry` is installed. */
export function missingRegistry(): string | undefined {
  const { status, error } = spawnSync('docker-registry', ['--version'], { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? 'docker-registry does not run');
}

/** A registry on this machine's loopback address. */
export interface Registry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Where it keeps images. */
  readonly folder: string;
  stop(): Promise<void>;
}

export interface RegistryOptions {
  /** Whether it wants {@link registryUser}. */
  readonly login?: boolean;
  /** The folder of an earlier one, with its images. Not removed. */
  readonly folder?: string;
  /** A process whose network it shall share. */
  readonly networkOf?: number;
}

/** Starts a registry. */
export async function startRegistry({ login, folder, networkOf }: RegistryOptions = {}): Promise<Registry> {
  const own = mkdtempSync(join(tmpdir(), 'calb-registry-'));
  const data = folder ?? join(own, 'data');
  const host = `127.0.0.1:${await freePort()}`;
  writeFileSync(join(own, 'passwords'), passwordLine);
  const config = {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: data } },
    http: { addr: host },
    ...(login === true && { auth: { htpasswd: { realm: 'test', path: join(own, 'passwords') } } }),
  };
  writeFileSync(join(own, 'config.yml'), JSON.stringify(config));
  const [program = '', ...args] = inNetwork(['docker-registry', 'serve', join(own, 'config.yml')], networkOf);
  const child = spawn(program, args, { stdio: 'ignore' });
  await eventually('the registry answers', () => answers(host, networkOf));
  return {
    host,
    folder: data,
    stop: async () => {
      await end(child);
      rmSync(own, { recursive: true, force: true });
    },
  };
}

function inNetwork(command: readonly string[], networkOf: number | undefined): readonly string[] {
  return networkOf === undefined ? command : ['nsenter', '-t', String(networkOf), '-n', ...command];
}

function answers(host: string, networkOf: number | undefined): boolean {
  const ask = `fetch('http://${host}/v2/').then(({ status }) => process.exit(status < 500 ? 0 : 1))`;
  const [program = '', ...args] = inNetwork([process.execPath, '-e', ask], networkOf);
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** A port of the loopback address that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  server.close();
  await once(server, 'close');
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return bound.port;
}

/** Ends a process and waits for its end. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}
