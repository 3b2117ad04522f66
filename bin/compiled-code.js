const {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} = require('node:fs');
const { createRequire } = require('node:module');
const { homedir } = require('node:os');
const { dirname, join } = require('node:path');
const { constants, Script } = require('node:vm');

/** When the compiled code is written, milliseconds after the start: by then a command has run what it needs to start. */
const writeAfterMs = 3000;

/**
 * Runs a bundle of CommonJS and keeps what Node compiled of it in the user's cache, a file for each command: compiling
 * takes longer than all else that a start does. Node checks that kept code belongs to the text and to itself, and
 * compiles again where it does not; a cache that cannot be written costs time, nothing else.
 *
 * @param {string} file the bundle; it holds ASCII characters only
 * @param {string} command what is run; a command uses other code than the next
 */
function runCompiled(file, command) {
  const { mtimeMs, size } = statSync(file);
  const folder = join(cacheFolder(), 'compiled');
  const kept = join(folder, `${command}-${size.toString(36)}${Math.round(mtimeMs).toString(36)}.bin`);
  const script = new Script(
    `(function (exports, require, module, __filename, __dirname) { ${readFileSync(file, 'latin1')}\n})`,
    {
      filename: file,
      cachedData: readIfThere(kept),
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    },
  );
  if (script.cachedDataRejected !== false) writeLater(script, kept, command);
  // Code that is compiled this way cannot load modules by itself without a warning: this file can.
  globalThis[Symbol.for('calb-sim.import')] = (url) => import(url);
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
}

function writeLater(script, kept, command) {
  const write = () => {
    clearTimeout(timer);
    process.removeListener('exit', write);
    keep(script, kept, command);
  };
  const timer = setTimeout(write, writeAfterMs);
  timer.unref();
  process.on('exit', write);
}

function keep(script, kept, command) {
  const folder = dirname(kept);
  const draft = `${kept}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Those of former versions.
    for (const name of readdirSync(folder)) {
      if (name.startsWith(`${command}-`)) rmSync(join(folder, name), { force: true });
    }
    writeFileSync(draft, script.createCachedData(), { mode: 0o600 });
    renameSync(draft, kept);
  } catch {}
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** As `cacheFolder` in src/runtime/process/run-directory.ts, which is part of the bundle. */
function cacheFolder() {
  const standard =
    process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
  return join(process.env.XDG_CACHE_HOME || standard, 'calb-sim');
}

module.exports = { runCompiled };
