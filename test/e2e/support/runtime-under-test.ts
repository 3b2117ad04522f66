import { execFileSync } from 'node:child_process';
import { testWithEnvoy } from './with-envoy.ts';

/** The runtime that `up` is started with: `CALB_SIM_TEST_RUNTIME`, which vitest's projects set. */
export const runtimeUnderTest: 'process' | 'docker' =
  process.env.CALB_SIM_TEST_RUNTIME === 'docker' ? 'docker' : 'process';

/** `test` for what only child processes have. Elsewhere there is no such test, which is not the same as a skipped one. */
export const testOfProcesses: typeof testWithEnvoy =
  runtimeUnderTest === 'process'
    ? testWithEnvoy
    : (Object.assign(() => {}, { each: () => () => {} }) as never);

/** Containers and networks of an instance, by their names. */
export function leftInEngine(instance: string): readonly string[] {
  const filter = ['--filter', `name=calb-sim-${instance}`, '--format'];
  return [
    ...lines('docker', ['ps', '--all', ...filter, 'container {{.Names}} ({{.State}})']),
    ...lines('docker', ['network', 'ls', ...filter, 'network {{.Name}}']),
  ];
}

/** Removes them, so that a failed test leaves nothing behind. */
export function removeFromEngine(instance: string): void {
  const filter = ['--filter', `name=calb-sim-${instance}`, '--quiet'];
  const containers = lines('docker', ['ps', '--all', ...filter]);
  if (containers.length > 0) lines('docker', ['rm', '--force', '--volumes', ...containers]);
  const networks = lines('docker', ['network', 'ls', ...filter]);
  if (networks.length > 0) lines('docker', ['network', 'rm', ...networks]);
}

/** Kills a container at once. */
export function killContainer(id: string): void {
  execFileSync('docker', ['kill', id], { stdio: 'ignore' });
}

function lines(command: string, args: readonly string[]): readonly string[] {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    // What is removed may have gone by itself in the meantime.
    return [];
  }
}
