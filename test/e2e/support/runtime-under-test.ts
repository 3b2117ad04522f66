import { execFileSync, spawnSync } from 'node:child_process';
import { labelKeys } from '../../../src/runtime/docker/ownership/labels.ts';
import { testWithEnvoy } from './with-envoy.ts';

/** The runtime that `up` is started with: `CALB_SIM_TEST_RUNTIME`, which vitest's projects set. */
export const runtimeUnderTest: 'process' | 'docker' =
  process.env.CALB_SIM_TEST_RUNTIME === 'docker' ? 'docker' : 'process';

/**
 * `test` for what only child processes have, or what no runtime has a part in and is tested once. Elsewhere there is no such
 * test, which is not the same as a skipped one.
 */
export const testOfProcesses: typeof testWithEnvoy =
  runtimeUnderTest === 'process'
    ? testWithEnvoy
    : (Object.assign(() => {}, { each: () => () => {} }) as never);

/** Containers of an instance, whatever their state. */
export function containersOf(instance: string): readonly string[] {
  return docker('ps', '--all', ...labelled(instance), '--format', 'container {{.Names}} ({{.State}})');
}

/** Networks of an instance. */
export function networksOf(instance: string): readonly string[] {
  return docker('network', 'ls', ...labelled(instance), '--format', 'network {{.Name}}');
}

/** Removes all of it, so that a failed test leaves nothing behind. */
export function removeFromEngine(instance: string): void {
  const containers = docker('ps', '--all', '--quiet', ...labelled(instance));
  if (containers.length > 0) docker('rm', '--force', '--volumes', ...containers);
  const networks = docker('network', 'ls', '--quiet', ...labelled(instance));
  if (networks.length > 0) docker('network', 'rm', ...networks);
}

function labelled(instance: string): readonly string[] {
  return ['--filter', `label=${labelKeys.instance}=${instance}`];
}

/** Kills a container at once. */
export function killContainer(id: string): void {
  execFileSync('docker', ['kill', id], { stdio: 'ignore' });
}

/** Text of a file in a container. The client gives an archive, in which that is as it is. */
export function fileInContainer(id: string, path: string): string {
  return execFileSync('docker', ['cp', `${id}:${path}`, '-'], { encoding: 'utf8' });
}

/** Lines that the Docker client says; none where what it is about has gone by itself in the meantime. */
function docker(...args: readonly string[]): readonly string[] {
  const { stdout } = spawnSync('docker', args, { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}
