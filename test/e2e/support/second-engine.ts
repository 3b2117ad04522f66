import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { end } from './docker-registry.ts';
import { eventually } from './eventually.ts';

/** A Docker engine of a test's own. */
export interface SecondEngine {
  readonly docker: Dockerode;
  readonly socket: string;
  /** Of a process in its network. */
  readonly pid: number;
  /** Ends the engine itself by a signal, and waits until it is gone. What it has kept stays. */
  interrupt(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again, and waits until it answers. */
  resume(): Promise<void>;
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
    // It can be started again: all that it keeps is in this mount namespace, which ends with the last process in it.
    "trap 'kill $engine; wait $engine; exit 0' TERM",
    'while :; do',
    [
      `dockerd --host unix://${socket} --data-root ${folder}/root --exec-root ${folder}/exec`,
      `--pidfile ${folder}/pid --bridge none --iptables=false --ip-masq=false & engine=$!`,
    ].join(' '),
    'wait $engine || true',
    `while [ ! -e ${folder}/again ]; do sleep 0.05; done`,
    `rm ${folder}/again`,
    'done',
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
  const answers = () =>
    eventually('the second engine answers', async () => {
      if (child.exitCode !== null) throw new Error(log);
      await docker.ping();
      return true;
    });
  try {
    await answers();
  } catch (error) {
    await stop();
    throw new Error(`no second engine: ${log}`, { cause: error });
  }
  const pidFile = join(folder, 'pid');
  return {
    ...{ docker, socket, pid: child.pid ?? 0, stop },
    interrupt: async (signal) => {
      const pid = Number(readFileSync(pidFile, 'utf8'));
      process.kill(pid, signal);
      await eventually('the second engine is gone', () => !existsSync(`/proc/${pid}`));
      // Its containerd ends with it. The next one would wait for the process that these files name.
      endContainerd(folder);
      rmSync(join(folder, 'exec/containerd/containerd.pid'), { force: true });
      rmSync(pidFile, { force: true });
    },
    resume: async () => {
      writeFileSync(join(folder, 'again'), '');
      await answers().catch((error: unknown) => {
        throw new Error(`the second engine does not start again: ${log}`, { cause: error });
      });
    },
  };
}

/** An engine that was killed leaves its containerd. */
function endContainerd(folder: string): void {
  const pidFile = join(folder, 'exec/containerd/containerd.pid');
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  } catch {
    // It ended with the engine.
  }
}
