import { until } from '../client.mjs';
import { withInstance } from '../instance.mjs';
import { fileOf, hostOf, pathOf, routeFile, routeFolder } from '../manifests.mjs';
import { median, repeat } from '../statistics.mjs';

/** Save of one file to the new behaviour seen by a client, by number of routes. */
export async function reload(report) {
  for (const [count, bound] of [
    [10, 30],
    [1_000, 60],
    [10_000, 250],
  ]) {
    const samples = await withInstance(routeFolder(count), (instance, workspace) =>
      saves(instance, workspace, count),
    );
    const routes = count.toLocaleString('en-US');
    report.samples(`save → seen by a client at ${routes} routes (ms)`, samples);
    report.figure(`save → new behaviour seen by a client, ${routes} routes`, median(samples), 'ms', bound);
  }
}

async function saves(instance, workspace, count) {
  const [{ address, port }] = instance.urls;
  // The first saves warm up what Node compiles late, as the second save of a person does.
  const all = await repeat(15, async (i) => {
    const index = Math.floor((count * (i + 0.5)) / 15);
    const target = { address, port, host: hostOf(index), path: pathOf(index) };
    const text = routeFile(index, count, `save-${i}`);
    const from = instance.events.length;
    const began = performance.now();
    workspace.write(fileOf(index), text);
    const seen = await until(target, ({ headers }) => headers['x-mark'] === `save-${i}`);
    await instance.waitFor('ConfigApplied', { from });
    return seen - began;
  });
  return all.slice(2);
}
