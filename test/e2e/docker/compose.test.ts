import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { echoed, send } from '../support/http-request.ts';
import { describeWithDockerAnd } from '../support/with-docker.ts';
import { Workspace } from '../support/workspace.ts';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** Why there is no docker-compose; `undefined` when there is. */
const missing = await run('docker-compose', ['version']).then(
  () => undefined,
  (error: Error) => error.message,
);

/** An address that no other test publishes ports on. */
const [a = 0, b = 0] = randomBytes(2);
const address = `127.90.${a}.${1 + (b % 254)}`;

describeWithDockerAnd('tests of docker-compose', missing)("the repository's docker-compose.yaml", () => {
  let workspace: Workspace;
  const compose = (...args: readonly string[]) =>
    run('docker-compose', ['--project-name', workspace.instanceName, ...args], {
      cwd: workspace.folder,
      env: { ...process.env, CALB_SIM_ADDRESS: address },
    });
  const ask = () => send({ address, port: 8080, host: 'www.example.com', path: '/' });

  beforeAll(async () => {
    workspace = new Workspace();
    mkdirSync(workspace.folder, { recursive: true });
    for (const name of ['docker-compose.yaml', 'compose'])
      cpSync(join(repository, name), workspace.path(name), { recursive: true });
    const images = await workspace.run(['export', 'images']);
    expect(images, images.stderr).toMatchObject({ code: 0 });
    await compose('up', '--detach');
  });
  afterAll(async () => {
    await compose('down', '--volumes', '--timeout', '1').catch(() => undefined);
    workspace.dispose();
  });

  test('answers from the active backend, and from the passive one when that is stopped', async () => {
    const first = await eventually('an answer', async () => {
      const answer = await ask();
      return answer.status === 200 ? echoed(answer) : undefined;
    });
    expect(first.pod).toMatch(/^active-/);
    await compose('kill', 'demo-active-1');
    await eventually('an answer of the passive one', async () => {
      const answer = await ask();
      return answer.status === 200 && echoed(answer).pod.startsWith('passive-');
    });
  });
});
