import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { end } from './docker-registry.ts';
import { eventually } from './eventually.ts';

/** A Docker engine of a test's own. */
export interface SecondEngine {
  readonly docker: Dockerode;
  readonly socket: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Why no second engine can be started; `undefined` where one can. */
export function missingSecondEngine(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may start an engine in a network of its own';
  const { status, stderr, error } = spawnSync('unshare', ['--net', '--mount', 'dockerd', '--version'], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

export interface SecondEngineOptions {
  /** Size of the disk that it keeps images on, as mount(8) takes it: `24m`. */
  readonly disk: string;
}

/**
 * Starts an engine beside the machine's own: in a network namespace of its own, because it would take away the other
 * one's bridge, and with a small disk in memory. It has only a loopback network.
 */
export async function startSecondEngine({ disk }: SecondEngineOptions): Promise<SecondEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'calb-engine-'));
  const socket = join(folder, 'docker.sock');
  const script = [
    'set -e',
    'ip link set lo up',
    `mkdir ${folder}/root`,
    `mount -t tmpfs -o size=${disk} tmpfs ${folder}/root`,
    // An engine takes the machine's containerd where there is one.
    'if [ -d /run/containerd ]; then mount -t tmpfs tmpfs /run/containerd; fi',
    [
      `exec dockerd --host unix://${socket} --data-root ${folder}/root --exec-root ${folder}/exec`,
      `--pidfile ${folder}/pid --bridge none --iptables=false --ip-masq=false`,
    ].join(' '),
  ].join('\n');
  const child = spawn('unshare', ['--net', '--mount', 'sh', '-c', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-4000);
  });
  const docker = new Dockerode({ socketPath: socket });
  const stop = async () => {
    await end(child);
    endContainerd(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually('the second engine answers', async () => {
      if (child.exitCode !== null) throw new Error(log);
      await docker.ping();
      return true;
    });
  } catch (error) {
    await stop();
    throw new Error(`no second engine: ${log}`, { cause: error });
  }
  return { docker, socket, pid: child.pid ?? 0, stop };
}

/** An engine that was killed leaves its containerd. */
function endContainerd(folder: string): void {
  try {
    process.kill(Number(readFileSync(join(folder, 'exec/containerd/containerd.pid'), 'utf8')), 'SIGKILL');
  } catch {
    // It ended with the engine.
  }
}
