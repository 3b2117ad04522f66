import { steadyLoad } from '../client.mjs';
import { withInstance } from '../instance.mjs';

/** Failed requests at 50 requests/s, straight after start: pod gone, ejection, re-ejection, pod back. */
export async function failover(report) {
  const answers = await withInstance('test/fixtures/manifests/failover', async (instance, workspace) => {
    const [{ address, port }] = instance.urls;
    const load = steadyLoad(50, { address, port, host: 'www.example.com', path: '/test' });
    try {
      await failOver(instance, workspace);
    } finally {
      // Also when something did not happen: the requests would go on for ever.
      await load.stop();
    }
    return load.stop();
  });
  const failed = answers.filter(({ status }) => status !== 200);
  report.samples(
    `failed requests of ${answers.length} (s since start: status)`,
    failed.map(({ at, status }) => `${(at / 1000).toFixed(1)}: ${status}`),
  );
  report.figure(
    'failed requests over a whole failover at 50 requests/s',
    failed.length,
    '',
    2,
    `of ${answers.length}`,
  );
}

/** The pod goes, its endpoint is ejected, ejected again or found unhealthy, and the pod comes back. */
async function failOver(instance, workspace) {
  const setReplicas = (count) =>
    workspace.write(
      'active.yaml',
      workspace.read('active.yaml').replace(/replicas: \d/, `replicas: ${count}`),
    );
  const from = instance.events.length;
  await instance.waitFor('Request', { from });
  setReplicas(0);
  const ejected = await instance.waitFor('EndpointEjected', { from });
  // The ejection ends after 10 s; where the active check has not taken over by then, the next request ejects again.
  await Promise.race([
    instance.waitFor('EndpointEjected', { from, where: ({ seq }) => seq > ejected.seq }),
    instance.waitFor('EndpointReturned', { from, where: ({ seq }) => seq > ejected.seq }),
  ]);
  const gone = instance.events.length;
  setReplicas(1);
  await instance.waitFor('TrafficShifted', { from: gone, where: ({ to }) => to.includes('active') });
  const after = instance.events.length;
  await instance.waitFor('Request', { from: after, where: ({ endpoint }) => endpoint.startsWith('active') });
}
