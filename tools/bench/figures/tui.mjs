import { eventSource } from '../event-source.mjs';
import { Instance, Workspace } from '../instance.mjs';
import { median, quantile, repeat } from '../statistics.mjs';
import { Terminal } from '../terminal.mjs';

const manifests = 'templates/failover';

const template = {
  ...{
    v: 1,
    seq: 0,
    time: '',
    type: 'Request',
    tenant: 'demo',
    method: 'GET',
    host: 'www.example.com',
    path: '/',
  },
  ...{ status: 200, responseFlags: '', route: 'httproute/demo/shop/rule/0/match/0/www_example_com' },
  ...{ cluster: 'backend/demo/active+backend/demo/passive@demo/shop', durationMs: 2 },
  endpoint: 'active.demo.svc.cluster.local:3000',
};

/** The terminal app: how soon it shows something, what it costs under load, and how soon keys answer. */
export async function tui(report) {
  if (process.platform !== 'linux') {
    report.skipped('the terminal app', 'its processor time is read from /proc');
    return;
  }
  await firstFrame(report);
  await underLoad(report);
}

/** From the start of Node. The second frame has routes and endpoints; the first one says what is being done. */
async function firstFrame(report) {
  const workspace = new Workspace(manifests);
  try {
    const measure = async () => {
      const terminal = new Terminal(workspace, ['up']);
      const firstMs = await terminal.until((output) => output.includes('calb-sim ') && output.includes('┌'));
      const routesMs = await terminal.until((output) => output.includes('1 Routes'));
      terminal.type('q');
      await terminal.ended;
      return { firstMs, routesMs };
    };
    await measure();
    const samples = await repeat(5, measure);
    report.samples(
      'first frame (ms)',
      samples.map(({ firstMs }) => firstMs),
    );
    report.samples(
      'routes on the screen (ms)',
      samples.map(({ routesMs }) => routesMs),
    );
    report.figure(
      'terminal app: start of Node to the first useful frame',
      median(samples.map(({ firstMs }) => firstMs)),
      'ms',
      400,
      `routes and endpoints after ${Math.round(median(samples.map(({ routesMs }) => routesMs)))} ms`,
    );
  } finally {
    workspace.dispose();
  }
}

async function underLoad(report) {
  const workspace = new Workspace(manifests);
  const instance = await new Instance(workspace).ready();
  const source = await eventSource(workspace, { template });
  const terminal = new Terminal(workspace, ['attach']);
  try {
    await terminal.until((output) => output.includes('1 Routes'));
    while (!source.hasReader()) await new Promise((resolve) => setTimeout(resolve, 50));
    await source.send(2000, 3000);
    const [cpu, frames, started] = [terminal.processorSeconds(), terminal.frames(), performance.now()];
    const sending = source.send(2000, 10_000);
    const answers = await keyTimes(terminal);
    await sending;
    const seconds = (performance.now() - started) / 1000;
    report.samples('key → frame under 2,000 events/s (ms)', answers);
    report.figure(
      'terminal app: share of a core at 2,000 events/s',
      (100 * (terminal.processorSeconds() - cpu)) / seconds,
      '%',
      30,
    );
    report.figure('terminal app: frames a second', (terminal.frames() - frames) / seconds, '', 10.5);
    report.figure(
      'terminal app: key → frame at 2,000 events/s, 95th percentile',
      quantile(answers, 0.95),
      'ms',
      100,
    );
    const before = terminal.memory();
    await source.send(20_000, 10_000);
    report.figure(
      'terminal app: memory that 200,000 more events add',
      Math.max(0, terminal.memory() - before),
      'MiB',
      30,
      `${Math.round(before)} MiB before`,
    );
  } finally {
    terminal.kill();
    source.close();
    await instance.stop();
    workspace.dispose();
  }
}

/** From a key to the frame that it changes, again and again. */
async function keyTimes(terminal) {
  const times = [];
  for (let index = 0; index < 30; index += 1) {
    const from = terminal.output.length;
    const begun = performance.now();
    terminal.type('z');
    // The header says so, or no longer: either way its first line is written anew.
    await terminal.until((output) => output.slice(from).includes('\u001b[1;1H'));
    times.push(performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, 130 + (index % 10) * 10));
  }
  return times;
}
