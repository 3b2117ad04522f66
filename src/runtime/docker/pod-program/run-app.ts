import { networkInterfaces } from 'node:os';
import { runFromEnvironment } from '../../../../sample-apps/run-from-environment.ts';

/** A sample app that accepts connections: the line on its standard output that says so, as JSON. */
export interface AppReady {
  readonly ready: true;
  /** All ports that it has bound, in ascending order. */
  readonly ports: readonly number[];
}

/**
 * Runs a sample app from the container's environment. Writes {@link AppReady} on a line of its own once all its ports
 * accept connections. The text `$(status.podIP)` in the environment stands for the container's own address.
 */
export async function runApp(name: string | undefined): Promise<void> {
  const start = await appNamed(name);
  if (start === undefined) {
    process.stderr.write(`${name ?? 'nothing'} is none of the apps echo, httpbin\n`);
    process.exitCode = 2;
    return;
  }
  await runFromEnvironment(start, {
    env: withOwnAddress(process.env, ownAddress()),
    onReady: ({ ports }) => {
      const line: AppReady = { ready: true, ports };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    },
  });
}

/** A container runs one app: the other one is not evaluated. */
async function appNamed(name: string | undefined) {
  if (name === 'echo') return (await import('../../../../sample-apps/echo/app.ts')).startEcho;
  if (name === 'httpbin') return (await import('../../../../sample-apps/httpbin/app.ts')).startHttpbin;
  return undefined;
}

/** The container's first address that others can reach; the loopback address where it has no network. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses);
  const outer = all.filter(({ internal }) => !internal);
  return (outer.find(({ family }) => family === 'IPv4') ?? outer[0])?.address ?? '127.0.0.1';
}

function withOwnAddress(env: NodeJS.ProcessEnv, address: string): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value?.replaceAll('$(status.podIP)', address)]),
  );
}
