const { spawn } = require('node:child_process');
const { join } = require('node:path');

/**
 * Starts the process that hosts pods before the bundle is loaded: it takes as long to start as the bundle to load, and
 * nothing answers before both have. `takeEarlyHost` in src/runtime/process/early-host.ts takes it over and tells it what
 * for; when nobody does, it ends with this process, which it does not keep alive.
 */
function startEarlyPodHost() {
  const script = join(__dirname, '../dist/host.cjs');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: true,
    serialization: 'json',
  });
  // Whoever takes it over looks whether it is there.
  child.on('error', () => {});
  for (const handle of [child, child.channel, child.stderr]) handle?.unref();
  globalThis[Symbol.for('calb-sim.earlyPodHost')] = { script, child };
}

module.exports = { startEarlyPodHost };
