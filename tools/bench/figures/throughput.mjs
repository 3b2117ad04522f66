import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bareArguments, startBareEnvoy, staticConfiguration } from '../baseline.mjs';
import { until } from '../client.mjs';
import { withInstance } from '../instance.mjs';
import { median } from '../statistics.mjs';

const generator = fileURLToPath(new URL('../load-generator.mjs', import.meta.url));
const connections = 32;
const seconds = 4;

/** Requests/s through calb-sim's Envoy with request events on, against the same Envoy with a static file and no log. */
export async function throughput(report) {
  await withInstance('test/fixtures/manifests/quickstart', async (instance, workspace) => {
    const [{ address, port }] = instance.urls;
    const target = { address, port, host: 'www.example.com', path: '/get' };
    const backend = await podOf(workspace);
    const bare = { address: '127.8.7.6', port: 8080, host: target.host, path: target.path };
    const binary = instance.envoyBinary('default');
    const configuration = staticConfiguration({ ...bare, backend });
    report.baseline('bare Envoy before the same pod', [binary, ...bareArguments], configuration);
    const envoy = startBareEnvoy(binary, configuration);
    try {
      await until(bare, ({ status }) => status === 200);
      const [own, other] = [[], []];
      // In turn, so that both see the same moods of the machine.
      for (let i = 0; i < 5; i++) {
        other.push(await requestsPerSecond(bare));
        own.push(await requestsPerSecond(target));
      }
      report.samples('requests/s, bare Envoy', other);
      report.samples('requests/s, calb-sim with request events', own);
      const sampled = instance.events.some(({ type, sampled }) => type === 'Request' && sampled > 1);
      report.atLeast(
        'requests/s with request events on, of a bare Envoy without any log',
        (median(own) / median(other)) * 100,
        '%',
        75,
        `${Math.round(median(own))} of ${Math.round(median(other))} requests/s, events ${sampled ? 'sampled' : 'complete'}`,
      );
    } finally {
      await envoy.stop();
    }
  });
}

async function requestsPerSecond({ address, port, host, path }) {
  const args = [generator, address, port, host, path, connections, seconds].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { completed, errors, seconds: elapsed } = JSON.parse(stdout);
  if (errors > 0) throw new Error(`${errors} errors of ${completed} requests to ${address}:${port}`);
  return completed / elapsed;
}

/** The real address of the backend's pod. */
async function podOf(workspace) {
  const { stdout, stderr } = await workspace.run(['get', 'pods', '-n', 'default', '-o', 'json']);
  const address = JSON.parse(stdout).items?.[0]?.status?.podIP;
  if (address === undefined) throw new Error(`no pod address: ${stderr}`);
  return { address, port: 3000 };
}
