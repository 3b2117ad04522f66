import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import type { Engine } from './engine.ts';
import { type EngineAddress, engineAddresses } from './engine-addresses.ts';
import { EngineUnavailable } from './engine-unavailable.ts';

/** The oldest API that has all that is used: engine 20.10. */
const oldestApi = '1.41';

export interface ConnectOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long an engine may take to answer, milliseconds. */
  readonly timeoutMs?: number;
}

/**
 * The engine to use: the first that answers of those that {@link engineAddresses} names. Sockets that are not there
 * cost nothing.
 *
 * @throws {EngineUnavailable} the reason of the first candidate that is there
 */
export async function connectEngine({ env, timeoutMs = 5000 }: ConnectOptions): Promise<Engine> {
  let reason: EngineUnavailable | undefined;
  for (const address of engineAddresses(env)) {
    try {
      return await connect(address, timeoutMs);
    } catch (error) {
      if (!(error instanceof EngineUnavailable)) throw error;
      if (reason === undefined || reason.reason === 'absent') reason = error;
    }
  }
  throw reason ?? new EngineUnavailable('absent', 'no Docker engine is known', installHint);
}

const installHint = 'start Docker (sudo systemctl start docker, or Docker Desktop), or use --runtime process';

async function connect(address: EngineAddress, timeoutMs: number): Promise<Engine> {
  const options = dialOptions(address);
  const { default: Docker } = await import('dockerode');
  // One that gives up for these two questions, another one that waits for what takes its time.
  const asking = new Docker({ ...options, timeout: timeoutMs });
  const docker: Dockerode = new Docker(options);
  try {
    const version = await within(timeoutMs, asking.version());
    if (compareVersions(version.ApiVersion, oldestApi) < 0) throw tooOld(address, version);
    const info = (await within(timeoutMs, asking.info())) as EngineInfo;
    const kind = kindOf(info, version);
    return {
      docker,
      where: address.url,
      kind,
      isLocal: isLocal(address, kind),
      version: version.Version,
      apiVersion: version.ApiVersion,
      architecture: info.Architecture,
      id: info.ID,
      cgroupVersion: info.CgroupVersion ?? '1',
      dataRoot: info.DockerRootDir ?? '',
    };
  } catch (error) {
    throw error instanceof EngineUnavailable
      ? error
      : explain(address, error as NodeJS.ErrnoException, timeoutMs);
  }
}

/** What is read of `GET /info`. */
interface EngineInfo {
  readonly ID: string;
  readonly Architecture: string;
  readonly OperatingSystem?: string;
  readonly SecurityOptions?: readonly string[];
  readonly CgroupVersion?: string;
  readonly DockerRootDir?: string;
}

type EngineVersion = Awaited<ReturnType<Dockerode['version']>>;

function dialOptions({ url, source, certificates }: EngineAddress) {
  const [, scheme, rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(url) ?? [undefined, 'unix', url];
  if (scheme === 'unix') {
    // Asked here, so that a machine without Docker need not load its client.
    if (!existsSync(rest)) {
      throw new EngineUnavailable('absent', `no Docker engine at ${url} (${source})`, installHint);
    }
    return { socketPath: rest };
  }
  if (scheme === 'tcp' || scheme === 'http' || scheme === 'https') {
    const { hostname: host, port } = new URL(`http://${rest}`);
    const isSecure = certificates !== undefined || scheme === 'https';
    return {
      host,
      port: port === '' ? (isSecure ? 2376 : 2375) : Number(port),
      protocol: isSecure ? ('https' as const) : ('http' as const),
      ...(certificates !== undefined && tlsFiles(certificates)),
    };
  }
  throw new EngineUnavailable(
    'unsupported',
    `${url} (${source}): engines are reached by unix sockets and TCP only`,
    scheme === 'ssh'
      ? `ssh -NL /tmp/docker.sock:/var/run/docker.sock ${rest} & DOCKER_HOST=unix:///tmp/docker.sock calb-sim up`
      : 'unset DOCKER_HOST, or use --runtime process',
  );
}

function tlsFiles(folder: string) {
  const read = (name: string) => readFileSync(join(folder, name));
  try {
    return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
  } catch (error) {
    throw new EngineUnavailable(
      'tls',
      `${(error as Error).message}`,
      'set DOCKER_CERT_PATH to a folder with ca.pem, cert.pem and key.pem',
    );
  }
}

/** An engine that hangs does not even close the connection. */
async function within<T>(timeoutMs: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })), timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    answer.catch(() => {});
  }
}

function kindOf(info: EngineInfo, version: EngineVersion): Engine['kind'] {
  const components =
    (version as { readonly Components?: readonly { readonly Name: string }[] }).Components ?? [];
  if (components.some(({ Name }) => Name.startsWith('Podman'))) return 'podman';
  if (info.OperatingSystem === 'Docker Desktop') return 'docker-desktop';
  return info.SecurityOptions?.some((option) => option.includes('rootless')) ? 'rootless' : 'docker';
}

/** Behind a virtual machine or a network nothing of this machine can be mounted, and containers cannot be dialled. */
function isLocal({ url }: EngineAddress, kind: Engine['kind']): boolean {
  return process.platform === 'linux' && url.startsWith('unix://') && kind !== 'docker-desktop';
}

function tooOld({ url }: EngineAddress, version: EngineVersion): EngineUnavailable {
  return new EngineUnavailable(
    'too-old',
    `the engine at ${url} is too old: version ${version.Version}, API ${version.ApiVersion}; API ${oldestApi} (Docker 20.10) is needed`,
    'install a newer Docker, or use --runtime process',
  );
}

function explain(address: EngineAddress, error: NodeJS.ErrnoException, timeoutMs: number): EngineUnavailable {
  const where = `${address.url} (${address.source})`;
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return new EngineUnavailable(
        'no-permission',
        `no permission to use the Docker engine at ${where}`,
        'sudo usermod -aG docker "$USER" and log in again, or use --runtime process',
      );
    case 'ETIMEDOUT':
      return new EngineUnavailable(
        'not-answering',
        `the Docker engine at ${where} does not answer within ${timeoutMs / 1000} s`,
        'restart it (sudo systemctl restart docker), or use --runtime process',
      );
    default:
      return new EngineUnavailable(
        /certificate|SSL|TLS/i.test(error.message) ? 'tls' : 'absent',
        `no Docker engine answers at ${where}: ${error.message}`,
        installHint,
      );
  }
}

/** Of versions like `1.41`. */
function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}
