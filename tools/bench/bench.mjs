#!/usr/bin/env node
// `npm run bench [-- --only NAME] [-- --write]`: measures speed and memory on this machine and compares with the bounds.
// Exits with 1 when a bound is missed. --write puts the table into docs/benchmarks.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { api } from './figures/api.mjs';
import { docker } from './figures/docker.mjs';
import { failover } from './figures/failover.mjs';
import { isolation } from './figures/isolation.mjs';
import { memory } from './figures/memory.mjs';
import { reload } from './figures/reload.mjs';
import { scale } from './figures/scale.mjs';
import { start } from './figures/start.mjs';
import { throughput } from './figures/throughput.mjs';
import { tui } from './figures/tui.mjs';
import { Workspace } from './instance.mjs';
import { Report } from './report.mjs';

const figures = { start, reload, scale, api, memory, isolation, throughput, failover, tui, docker };
const page = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    write: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
const unknown = (values.only ?? []).filter((name) => !(name in figures));
if (values.help || unknown.length > 0) {
  console.log(`npm run bench -- [--only NAME]… [--write]\nnames: ${Object.keys(figures).join(' ')}`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const report = new Report();
for (const [name, measure] of Object.entries(figures)) {
  if (values.only !== undefined && !values.only.includes(name)) continue;
  console.log(`== ${name}`);
  try {
    await measure(report);
  } catch (error) {
    report.failed(name, error);
  }
}

const table = report.toMarkdown(await envoyVersion());
console.log(`\n${table}\n`);
if (values.write) writeTable();
if (report.missed.length > 0) {
  console.log(
    `${report.missed.length} of ${report.rows.length} bounds missed: ${report.missed.map(({ title }) => title).join('; ')}`,
  );
  process.exitCode = 1;
}

async function envoyVersion() {
  const workspace = new Workspace({});
  const { stdout } = await workspace.run(['version']);
  workspace.dispose();
  return `Envoy ${/\/(\d+\.\d+\.\d+)\//.exec(stdout)?.[1] ?? ''}`.trim();
}

/** Replaces what stands between the two markers of the page. */
function writeTable() {
  const [begin, end] = ['<!-- figures -->', '<!-- /figures -->'];
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end);
  writeFileSync(page, `${text.slice(0, from)}\n${table}\n${text.slice(to)}`);
}
