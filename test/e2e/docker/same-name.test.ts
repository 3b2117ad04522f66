import { randomBytes } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { eventually } from '../support/eventually.ts';
import { PlainUp, statusOf } from '../support/plain-up.ts';
import { containersOf, networksOf, removeFromEngine } from '../support/runtime-under-test.ts';
import { describeWithDockerAnd } from '../support/with-docker.ts';
import { Workspace } from '../support/workspace.ts';

const name = `same-${randomBytes(4).toString('hex')}`;

const reason = skipWithoutEnvoy ? 'there is no Envoy' : undefined;
describeWithDockerAnd('Tests of instances of one name', reason)('Two users of one engine', () => {
  afterEach(() => removeFromEngine(name));

  it('may give their instances the same name, and start them in the same moment', async () => {
    const users = [new Workspace(), new Workspace()];
    for (const user of users) expect((await user.run(['init', 'basic', name])).code).toBe(0);
    const runs = users.map((user) => new PlainUp(user, [name, '--runtime', 'docker']));
    try {
      for (const up of runs) {
        const [line = ''] = await up.curlLines();
        await eventually(`${line} answers`, async () => (await statusOf(line)) === '200');
      }
      expect(networksOf(name)).toHaveLength(2);
    } finally {
      for (const code of await Promise.all(runs.map((up) => up.interrupt()))) expect(code).toBe(130);
    }
    expect([...containersOf(name), ...networksOf(name)]).toEqual([]);
    for (const user of users) user.dispose();
  });
});
