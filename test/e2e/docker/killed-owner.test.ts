import { afterEach, expect, it } from 'vitest';
import { connectEngine } from '../../../src/runtime/docker/engine/connect-engine.ts';
import { labelKeys } from '../../../src/runtime/docker/ownership/labels.ts';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { eventually } from '../support/eventually.ts';
import { type Instance, startInstance } from '../support/instance.ts';
import { removeFromEngine } from '../support/runtime-under-test.ts';
import { describeWithDockerAnd } from '../support/with-docker.ts';

const reason = skipWithoutEnvoy ? 'there is no Envoy' : undefined;
describeWithDockerAnd('Tests of killed owners', reason)('An instance that is killed', () => {
  let instance: Instance | undefined;
  afterEach(() => {
    if (instance === undefined) return;
    instance.kill();
    removeFromEngine(instance.workspace.instanceName);
    instance.workspace.dispose();
  });

  it('leaves nothing that runs, and the next run removes the rest', async () => {
    instance = await startInstance('quickstart', { environment: { CALB_SIM_RUNTIME: 'docker' } });
    const { docker } = await connectEngine({ env: process.env });
    const filters = { label: [`${labelKeys.instance}=${instance.workspace.instanceName}`] };
    // One that is made and not started yet would stay until the next run.
    await eventually('all containers run', async () => {
      const all = await docker.listContainers({ all: true, filters });
      return all.length === 5 && all.every(({ State }) => State === 'running');
    });
    process.kill(instance.pid, 'SIGKILL');
    // Alone it takes a second or two; the engine is shared with all other tests.
    await eventually('all containers are gone', async () => {
      const left = await docker.listContainers({ all: true, filters });
      if (left.length > 0)
        throw new Error(left.map(({ Names, Status }) => `${Names[0]} ${Status}`).join(', '));
      return true;
    });
    const doctor = await instance.workspace.run(['doctor']);
    // Any instance that starts meanwhile, of another test, removes it as well.
    if ((await docker.listNetworks({ filters })).length > 0) {
      expect(doctor.stdout).toMatch(
        /\d+ containers? and \d+ networks? were left by instances that were killed/,
      );
    }
    const { code } = await instance.workspace.run(['down']);
    expect(code).toBe(0);
    expect(await docker.listNetworks({ filters })).toEqual([]);
  });
});
