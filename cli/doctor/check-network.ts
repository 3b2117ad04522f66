import { readFileSync } from 'node:fs';
import { describeHolder, findPortHolder, isWildcard } from '../../src/runtime/ports/port-holder.ts';
import { trialBind } from '../../src/runtime/ports/trial-bind.ts';
import { runtimeBaseFolder } from '../../src/runtime/process/run-directory.ts';
import { listWords } from '../output/list-words.ts';
import { type Check, type Environment, type Finding, note, ok } from './finding.ts';

/** Which addresses Gateways can have. */
export const addressCheck: Check = {
  name: 'addresses',
  run: async () => {
    if (process.platform === 'linux' || (await trialBind({ address: '127.86.7.5', port: 0 })).type === 'free')
      return [ok('every Gateway can have a loopback address of its own')];
    return [
      note(
        'only 127.0.0.1 can be dialled on this system: Gateways share it, on ports that are moved where they collide',
      ),
    ];
  },
};

/** Whether ports below 1024 can be listened on. */
export const privilegeCheck: Check = {
  name: 'privileges',
  run: () => {
    const first = firstFreePort();
    if (process.getuid?.() === 0 || first <= 80) return [ok('ports below 1024 can be used')];
    return [
      note(
        `ports below ${first} need a privilege: without containers a listener on port 80 is served on 10080`,
        process.platform === 'linux' ? 'sudo sysctl net.ipv4.ip_unprivileged_port_start=80' : undefined,
      ),
    ];
  },
};

/** First port that needs no privilege. */
function firstFreePort(): number {
  if (process.platform === 'darwin') return 0;
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  } catch {
    return 1024;
  }
}

/** Ports that examples and most manifests use. */
const usualPorts = [80, 443, 8080, 8443];

/** Who has the usual ports of `localhost`. */
export const portCheck: Check = {
  name: 'ports',
  run: async (env) => {
    const results = await Promise.all(usualPorts.map((port) => examinePort(port, env)));
    const taken = results.filter((finding) => finding !== undefined);
    return taken.length > 0 ? taken : [ok(`the ports ${listWords(usualPorts.map(String))} are free`)];
  },
};

async function examinePort(port: number, env: Environment): Promise<Finding | undefined> {
  const socket = { address: '127.0.0.1', port };
  if ((await trialBind(socket)).type !== 'taken') return undefined;
  const holder = findPortHolder(socket);
  // Our own Envoys are no obstacle.
  if (holder?.command?.includes(`${runtimeBaseFolder(env)}/`) === true) return undefined;
  const words = describeHolder(socket, holder);
  const effect =
    holder !== undefined && isWildcard(holder)
      ? `no Gateway can have port ${port}`
      : `Gateways have port ${port} on their own addresses only, not on localhost`;
  const fix = holder?.pid === undefined ? `sudo ss -ltnp 'sport = :${port}'` : `kill ${holder.pid}`;
  return note(`${words}: ${effect}`, fix);
}

const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];

/** Whether a client that honours the environment's proxies would send requests for this machine there. */
export const proxyCheck: Check = {
  name: 'proxies',
  run: (env) => {
    const read = (name: string) => env[name] || env[name.toLowerCase()] || undefined;
    const proxies = proxyVariables.filter((name) => read(name) !== undefined);
    if (proxies.length === 0) return [ok('no proxy is between clients and this machine')];
    const first = proxies[0] ?? '';
    const where = `${first} is ${hostOf(read(first) ?? '')}`;
    const exceptions = (read('NO_PROXY') ?? '').split(',').map((entry) => entry.trim());
    const isLeftOut = exceptions.some((entry) => entry === '*' || entry.startsWith('127.0.0.0/8'));
    if (isLeftOut) return [ok(`${where}; requests to this machine do not go there`)];
    return [
      note(
        `${where}: clients that honour it send requests for 127.x.y.z there, which cannot answer them`,
        `export NO_PROXY="${[...exceptions.filter(Boolean), 'localhost', '127.0.0.0/8', '::1'].join(',')}"`,
      ),
    ];
  },
};

/** Without user and password. */
function hostOf(url: string): string {
  try {
    return new URL(url.includes('://') ? url : `http://${url}`).host;
  } catch {
    return 'set';
  }
}
