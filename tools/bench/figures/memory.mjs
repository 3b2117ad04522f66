import { readFileSync } from 'node:fs';
import { until } from '../client.mjs';
import { withInstance } from '../instance.mjs';
import { fileOf, hostOf, pathOf, routeFile, routeFolder } from '../manifests.mjs';

const mib = (instance, field) =>
  Number(
    new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${instance.child.pid}/status`, 'utf8'))[1],
  ) / 1024;

/** Resident memory of calb-sim itself (without Envoys and pods), after a start and ten edits. */
export async function memory(report) {
  for (const [count, bound] of [
    [10, 150],
    [1_000, 250],
  ]) {
    const [resident, peak] = await withInstance(routeFolder(count), async (instance, workspace) => {
      const [{ address, port }] = instance.urls;
      const target = { address, port, host: hostOf(0), path: pathOf(0) };
      for (let i = 0; i < 10; i++) {
        workspace.write(fileOf(0), routeFile(0, count, `edit-${i}`));
        await until(target, ({ headers }) => headers['x-mark'] === `edit-${i}`);
      }
      return [mib(instance, 'VmRSS'), mib(instance, 'VmHWM')];
    });
    const routes = count.toLocaleString('en-US');
    report.samples(`memory at ${routes} routes: resident, peak (MiB)`, [resident, peak]);
    report.figure(
      `memory of calb-sim itself, ${routes} routes`,
      resident,
      'MiB',
      bound,
      `peak ${Math.round(peak)} MiB`,
    );
  }
}
