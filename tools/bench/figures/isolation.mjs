import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { withInstance } from '../instance.mjs';
import { fileOf, routeFile, routeFolder } from '../manifests.mjs';

/** What an edit sends: nothing to another tenant, and one resource of a thousand routes. */
export async function isolation(report) {
  const rounds = await withInstance('test/fixtures/manifests/namespace-mode', async (instance, workspace) => {
    const rounds = [];
    for (let i = 0; i < 3; i++) {
      const before = await bytesReceived(workspace, 'team-b');
      await editTwice(instance, workspace);
      rounds.push((await bytesReceived(workspace, 'team-b')) - before);
    }
    return rounds;
  });
  report.samples('bytes from the control plane to team-b over two edits in team-a', rounds);
  // Connections are kept alive by pings of some bytes each 10 s, which may fall into a round.
  report.figure('bytes that an edit in one tenant sends to another', Math.min(...rounds), '', 0);

  const sent = await withInstance(routeFolder(1_000), async (instance, workspace) => {
    const from = instance.events.length;
    workspace.write(fileOf(500), routeFile(500, 1_000, 'edited'));
    const { changed } = await instance.waitFor('ConfigApplied', { from });
    return Object.values(changed).reduce((sum, count) => sum + count, 0);
  });
  report.figure('resources that an edit of one route in 1,000 sends', sent, '', 1);
}

async function editTwice(instance, workspace) {
  for (const [old, next] of [
    ['/example', '/other'],
    ['/other', '/example'],
  ]) {
    const mark = instance.events.length;
    workspace.write('team-a.yaml', workspace.read('team-a.yaml').replace(`value: ${old}`, `value: ${next}`));
    await instance.waitFor('ConfigApplied', { from: mark, where: ({ tenant }) => tenant === 'team-a' });
  }
}

/** What a tenant's Envoy has read from the control plane, in bytes on the wire, from its own statistics. */
async function bytesReceived(workspace, tenant) {
  const socketPath = readdirSync(workspace.root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isSocket())
    .map((entry) => join(entry.parentPath, entry.name))
    .find((path) => path.includes(`/${tenant}/`) && path.includes('admin'));
  if (socketPath === undefined) throw new Error(`no admin socket of ${tenant}`);
  const text = await ask(socketPath, '/stats?filter=control_plane.upstream_cx_rx_bytes_total');
  const count = /upstream_cx_rx_bytes_total: (\d+)/.exec(text);
  if (count === null) throw new Error(`no statistics of the control plane's cluster: ${text}`);
  return Number(count[1]);
}

function ask(socketPath, path) {
  return new Promise((resolve, reject) => {
    request({ socketPath, path }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (data) => {
        text += data;
      });
      incoming.on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });
}
