import { until } from '../client.mjs';
import { Instance, Workspace } from '../instance.mjs';
import { hostOf, pathOf, routeFolder } from '../manifests.mjs';
import { median, repeat } from '../statistics.mjs';

/** `up` with many routes to the first 200 of the last one, and `validate`. */
export async function scale(report) {
  await startWith(report, 1_000, 2_000, 3);
  await startWith(report, 5_000, 5_000, 3);
  const workspace = new Workspace(routeFolder(1_000));
  try {
    const samples = await repeat(5, async () => {
      const began = performance.now();
      const { code, stderr, stdout } = await workspace.run(['validate', '.']);
      if (code !== 0) throw new Error(`validate: exit ${code}\n${stdout}${stderr}`);
      return performance.now() - began;
    });
    report.samples('validate of 1,000 HTTPRoutes (ms)', samples);
    report.figure('`validate` of 1,000 HTTPRoutes', median(samples), 'ms', 1000);
  } finally {
    workspace.dispose();
  }
}

async function startWith(report, count, bound, times) {
  const workspace = new Workspace(routeFolder(count));
  try {
    const first = await new Instance(workspace).ready();
    const [{ address, port }] = first.urls;
    await first.stop();
    const target = { address, port, host: hostOf(count - 1), path: pathOf(count - 1) };
    const samples = await repeat(times, async () => {
      const began = performance.now();
      const instance = new Instance(workspace);
      try {
        return (await until(target, ({ status }) => status === 200)) - began;
      } finally {
        await instance.stop();
      }
    });
    const routes = count.toLocaleString('en-US');
    report.samples(`up with ${routes} routes to the first 200 (ms)`, samples);
    report.figure(`\`up\` with ${routes} routes to the first 200`, median(samples), 'ms', bound);
  } finally {
    workspace.dispose();
  }
}
