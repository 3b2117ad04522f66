import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** A way to an engine. */
export interface EngineAddress {
  /** `unix:///var/run/docker.sock`, `tcp://10.0.0.1:2376`. */
  readonly url: string;
  /** What says so: `DOCKER_HOST`, `context desktop-linux`, or where it is usually found. */
  readonly source: string;
  /** Folder with `ca.pem`, `cert.pem` and `key.pem`, where TLS is asked for. */
  readonly certificates?: string;
}

/**
 * Where an engine may be, in the order in which the Docker client looks: `DOCKER_HOST`, the context that
 * `DOCKER_CONTEXT` or the client's settings name, and then the places where engines put their sockets. What a person
 * names is the only candidate.
 */
export function engineAddresses(env: Environment): readonly EngineAddress[] {
  const host = env.DOCKER_HOST;
  if (host !== undefined && host !== '')
    return [{ url: host, source: 'DOCKER_HOST', ...certificatesOf(env) }];
  const context = contextAddress(env);
  return context === undefined ? usualSockets(env) : [context];
}

function certificatesOf(env: Environment): Pick<EngineAddress, 'certificates'> {
  if (!env.DOCKER_TLS_VERIFY) return {};
  return { certificates: env.DOCKER_CERT_PATH ?? settingsFolder(env) };
}

function settingsFolder(env: Environment): string {
  return env.DOCKER_CONFIG ?? join(env.HOME ?? homedir(), '.docker');
}

/** The context in force; `undefined` for the default one, and for one that cannot be read. */
function contextAddress(env: Environment): EngineAddress | undefined {
  const folder = settingsFolder(env);
  const settings = readJson(join(folder, 'config.json')) as { readonly currentContext?: string } | undefined;
  const name = env.DOCKER_CONTEXT || settings?.currentContext;
  if (name === undefined || name === '' || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = readJson(join(folder, 'contexts', 'meta', id, 'meta.json')) as
    | { readonly Endpoints?: { readonly docker?: { readonly Host?: string } } }
    | undefined;
  const url = meta?.Endpoints?.docker?.Host;
  if (url === undefined || url === '') return undefined;
  const certificates = join(folder, 'contexts', 'tls', id, 'docker');
  return { url, source: `context ${name}`, ...(existsSync(certificates) && { certificates }) };
}

function usualSockets(env: Environment): readonly EngineAddress[] {
  const home = env.HOME ?? homedir();
  const runtime = env.XDG_RUNTIME_DIR;
  const paths = [
    '/var/run/docker.sock',
    ...(runtime === undefined ? [] : [join(runtime, 'docker.sock')]),
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    ...(runtime === undefined ? [] : [join(runtime, 'podman/podman.sock')]),
    '/run/podman/podman.sock',
  ];
  return paths.map((path) => ({ url: `unix://${path}`, source: path }));
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
