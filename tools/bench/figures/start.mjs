import { bareArguments, startBareEnvoy, startBareNode, staticConfiguration } from '../baseline.mjs';
import { until, untilOpen } from '../client.mjs';
import { Instance, Workspace } from '../instance.mjs';
import { median, repeat } from '../statistics.mjs';

const manifests = 'test/fixtures/manifests/quickstart';
const times = 5;

/** `up` on the quickstart to the first 200, and the same from a bare Envoy with a bare Node. */
export async function start(report) {
  const workspace = new Workspace(manifests);
  try {
    const first = await new Instance(workspace).ready();
    const [{ address, port }] = first.urls;
    const binary = first.envoyBinary('default');
    await first.stop();
    const target = { address, port, host: 'www.example.com', path: '/get' };
    const samples = await repeat(times, () => timeToFirst(target, () => startUp(workspace)));
    report.samples('up to the first 200 (ms)', samples);

    const backend = { address: '127.8.7.5', port: 3000 };
    const bare = { address: '127.8.7.6', port: 8080, host: 'www.example.com', path: '/' };
    const configuration = staticConfiguration({ ...bare, host: '*', backend });
    report.baseline('bare Envoy and bare Node', [binary, ...bareArguments], configuration);
    const bareSamples = await repeat(times, () =>
      timeToFirst(bare, async () => {
        const processes = [
          startBareEnvoy(binary, configuration),
          startBareNode(backend.address, backend.port),
        ];
        return { stop: () => Promise.all(processes.map((one) => one.stop())) };
      }),
    );
    report.samples('bare Envoy and bare Node to the first 200 (ms)', bareSamples);

    report.figure('`up` on the quickstart to the first 200', median(samples), 'ms', 1000);
    report.figure(
      '… as a multiple of a bare Envoy with a bare Node',
      median(samples) / median(bareSamples),
      '×',
      3,
      `bare: ${Math.round(median(bareSamples))} ms`,
    );
  } finally {
    workspace.dispose();
  }
}

function startUp(workspace) {
  return new Instance(workspace);
}

async function timeToFirst(target, begin) {
  const began = performance.now();
  const running = await begin();
  try {
    await untilOpen(target);
    return (await until(target, ({ status }) => status === 200)) - began;
  } finally {
    await running.stop();
  }
}
