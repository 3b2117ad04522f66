#!/usr/bin/env node
// `npm run recording`: runs the failover template in a real terminal of 80×24, takes a backend away and gives it back, and
// writes what the screen showed into the README, between its marks. Needs an Envoy, as `up` does.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = join(root, 'README.md');
const [begin, end] = ['<!-- begin: recording, made by npm run recording -->', '<!-- end: recording -->'];

const work = mkdtempSync(join(tmpdir(), 'calb-sim-recording-'));
const folder = join(work, 'demo');
cpSync(join(root, 'templates/failover'), folder, { recursive: true });
const { CI: _ci, ...inherited } = process.env;
const terminal = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
const pty = spawn(process.execPath, [join(root, 'bin/calb-sim.js'), 'up', 'demo', '--runtime', 'process'], {
  ...{ cols: 80, rows: 24, cwd: work },
  env: { ...inherited, TERM: 'xterm-256color', TZ: 'UTC' },
});
pty.onData((text) => terminal.write(text));
const ended = new Promise((resolve) => pty.onExit(resolve));

try {
  const frames = await story();
  write(frames);
  console.log(`wrote ${frames.length} frames into README.md`);
} finally {
  pty.kill('SIGKILL');
  rmSync(work, { recursive: true, force: true });
}

/** What is done, and the screens that are kept. */
async function story() {
  await until(/● healthy +active:3000/);
  pty.write('g');
  await until(/active:3000 +100 %/);
  await until(/10\.0\/s/);
  const frames = [{ title: '`g` sends steady traffic; all of it goes to `active`', screen: screen() }];
  replicas(1, 0);
  await until(/✗ ejected [5-8]s active:3000/);
  await until(/passive:3000 +p1 +[4-9]\d %/);
  frames.push({
    title: 'saved `replicas: 0`: the first failed request ejects it for 10 s, and traffic moves to `passive`',
    screen: screen(),
  });
  await until(/✗ unhealthy +active:3000/);
  await until(/passive:3000 +p1 100 %/);
  frames.push({ title: 'three failed checks: it stays out, whatever the countdown says', screen: screen() });
  replicas(0, 1);
  await until(/● healthy +active:3000 +100 %/);
  frames.push({ title: 'saved `replicas: 1`: a check passes, and traffic moves back', screen: screen() });
  pty.write('q');
  await ended;
  return frames;
}

function replicas(from, to) {
  const file = join(folder, 'active.yaml');
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(`replicas: ${from}`, `replicas: ${to}`);
  if (changed === text) throw new Error(`active.yaml has no replicas: ${from}`);
  writeFileSync(file, changed);
}

function screen() {
  const { active } = terminal.buffer;
  const lines = Array.from(
    { length: 23 },
    (_, index) => active.getLine(active.baseY + index)?.translateToString(true) ?? '',
  );
  return lines.map((line) => line.trimEnd()).join('\n');
}

async function until(pattern, patienceMs = 30_000) {
  const deadline = performance.now() + patienceMs;
  while (!pattern.test(screen())) {
    if (performance.now() > deadline)
      throw new Error(`the screen does not show ${pattern}, but\n${screen()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function write(frames) {
  const page = readFileSync(readme, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${begin}`);
  const text = frames
    .map(({ title, screen: shown }) => `${title}:\n\n\`\`\`text\n${shown}\n\`\`\``)
    .join('\n\n');
  writeFileSync(readme, `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`);
}
