import { spawnSync } from 'node:child_process';
import { until } from '../client.mjs';
import { containersOf, outage } from '../docker.mjs';
import { Instance, Workspace } from '../instance.mjs';
import { dockerFolder } from '../manifests.mjs';
import { median, repeat } from '../statistics.mjs';

const quickstart = 'test/fixtures/manifests/quickstart';
const times = 5;

/** What takes longest with containers: the start, the end, another port, another Envoy. Images are there already. */
export async function docker(report) {
  const { status } = spawnSync('docker', ['version'], { stdio: 'ignore' });
  if (status !== 0) {
    report.skipped('Docker runtime', 'no Docker engine answers');
    return;
  }
  await measureStart(report);
  await measureDown(report);
  await measureChanges(report);
}

async function measureStart(report) {
  const workspace = new Workspace(quickstart, 'docker');
  try {
    // Assembles the images, and tells where the Gateway is: it stays there.
    const first = await new Instance(workspace).ready();
    const [{ address, port }] = first.urls;
    await first.stop();
    const target = { address, port, host: 'www.example.com', path: '/get' };
    const samples = await repeat(times, async () => {
      const began = performance.now();
      const instance = new Instance(workspace);
      try {
        return (await until(target, ({ status }) => status === 200, 60_000)) - began;
      } finally {
        await instance.stop();
      }
    });
    report.samples('up in Docker to the first 200 (ms)', samples);
    report.figure('Docker: `up` on the quickstart to the first 200', median(samples), 'ms', 3000);
  } finally {
    workspace.dispose();
  }
}

/** Ten containers at least, from the command to the moment when none of them is left. */
async function measureDown(report) {
  const workspace = new Workspace(dockerFolder({ replicas: 6 }), 'docker');
  try {
    const counts = [];
    const samples = await repeat(3, async () => {
      const instance = await new Instance(workspace).ready();
      await instance.untilPods(6);
      counts.push(containersOf(instance).length);
      const began = performance.now();
      await workspace.run(['down']);
      await instance.ended;
      if (containersOf(instance).length > 0) throw new Error('containers are left after down');
      return performance.now() - began;
    });
    report.samples(`down of ${counts.join(', ')} containers (ms)`, samples);
    report.figure(`Docker: \`down\` of ${Math.min(...counts)} containers`, median(samples), 'ms', 3000);
  } finally {
    workspace.dispose();
  }
}

/** How long four clients in a loop get no answer, while a port is added and while Envoy is replaced. */
async function measureChanges(report) {
  const workspace = new Workspace(dockerFolder({ ports: [8080] }), 'docker');
  const instance = await new Instance(workspace).ready();
  try {
    const [{ address, port }] = instance.urls;
    const target = { address, port, host: 'bench.test', path: '/' };
    await until(target, ({ status }) => status === 200, 60_000);
    const change = async (type, options) => {
      const from = instance.events.length;
      const awayMs = await outage(target, async () => {
        for (const [file, text] of Object.entries(dockerFolder(options))) workspace.write(file, text);
        await instance.waitFor(type, { from, timeoutMs: 60_000 });
      });
      return {
        seen: awayMs,
        told: instance.events.slice(from).find((event) => event.type === type).awayMs,
      };
    };
    const ports = await repeat(3, (index) =>
      change('PortsPublished', {
        ports: [8080, ...Array.from({ length: index + 1 }, (_, more) => 8081 + more)],
      }),
    );
    const all = [8080, 8081, 8082, 8083];
    const envoys = await repeat(4, (index) =>
      change('ProxyReplaced', { ports: all, concurrency: 2 - (index % 2) }),
    );
    for (const [title, results] of [
      ['a port was added', ports],
      ['Envoy was replaced', envoys],
    ]) {
      report.samples(
        `without service while ${title}, seen (told) in ms`,
        results.map(({ seen, told }) => `${Math.round(seen)} (${told})`),
      );
    }
    const medianOf = (results) => median(results.map(({ seen }) => seen));
    report.figure('Docker: a new listener port takes its tenant away for', medianOf(ports), 'ms', 500);
    report.figure('Docker: another Envoy on the same ports takes it away for', medianOf(envoys), 'ms', 50);
  } finally {
    await instance.stop();
    workspace.dispose();
  }
}
