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
    const bareTimes = await timeBare({ binary, configuration, backend, bare });
    report.samples('bare Envoy to the first 200, its backend running (ms)', bareTimes.envoy);
    report.samples('bare Node to its first answer (ms)', bareTimes.node);
    report.samples('both started side by side, to the first 200 (ms)', bareTimes.both);

    const [envoyMs, nodeMs, bothMs] = [bareTimes.envoy, bareTimes.node, bareTimes.both].map(median);
    report.figure('`up` on the quickstart to the first 200', median(samples), 'ms', 1000);
    report.figure(
      '… as a multiple of a bare Envoy + a bare Node',
      median(samples) / (envoyMs + nodeMs),
      '×',
      3,
      `bare: ${Math.round(envoyMs)} + ${Math.round(nodeMs)} ms; started side by side ${Math.round(bothMs)} ms, of which it is ${(median(samples) / bothMs).toFixed(2)} ×`,
    );
  } finally {
    workspace.dispose();
  }
}

/** Each alone, and both at once, as a person with two terminals would start them. */
async function timeBare({ binary, configuration, backend, bare }) {
  const startEnvoy = async () => startBareEnvoy(binary, configuration);
  const startNode = async () => startBareNode(backend.address, backend.port);
  const startBoth = async () => {
    const processes = await Promise.all([startEnvoy(), startNode()]);
    return { stop: () => Promise.all(processes.map((one) => one.stop())) };
  };
  const direct = { ...backend, host: bare.host, path: bare.path };
  const node = await repeat(times, () => timeToFirst(direct, startNode));
  const running = await startNode();
  await untilOpen(direct);
  const envoy = await repeat(times, () => timeToFirst(bare, startEnvoy));
  await running.stop();
  return { node, envoy, both: await repeat(times, () => timeToFirst(bare, startBoth)) };
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
