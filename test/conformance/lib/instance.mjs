// An instance of calb-sim on an empty folder, for the suite to fill through its API.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../bin/calb-sim.js', import.meta.url));

/** Starts one and waits for it. `stop` ends it and removes its folder. */
export async function startInstance(runtime) {
  const work = mkdtempSync(join(tmpdir(), 'calb-sim-conformance-'));
  const name = `conformance-${process.pid}`;
  const folder = join(work, 'empty');
  mkdirSync(folder);
  const log = join(work, 'stderr.log');
  const child = spawn(
    process.execPath,
    [program, 'up', folder, '--name', name, '--runtime', runtime, '--output', 'json', '--no-requests'],
    { stdio: ['ignore', 'pipe', openSync(log, 'w')] },
  );
  const ended = new Promise((resolve) => child.on('close', resolve));
  const problems = [];
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(work, { recursive: true, force: true });
  };
  const ready = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line);
      if (event.type === 'Ready') resolve(true);
      if (event.type === 'Problem' || event.type === 'ConfigRejected') problems.push(event);
    });
  });
  if (!(await Promise.race([ready, ended.then(() => false)]))) {
    rmSync(work, { recursive: true, force: true });
    throw new Error(`the instance ended before it was ready (runtime ${runtime})`);
  }
  const printed = spawnSync(process.execPath, [program, 'kubeconfig', '--name', name], { encoding: 'utf8' });
  if (printed.status !== 0) {
    await stop();
    throw new Error(`no kubeconfig: ${printed.stderr}`);
  }
  const kubeconfig = join(work, 'kubeconfig.yaml');
  writeFileSync(kubeconfig, printed.stdout, { mode: 0o600 });
  return { name, kubeconfig, problems, pid: child.pid, stop };
}
