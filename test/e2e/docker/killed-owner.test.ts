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
    expect((await docker.listContainers({ filters })).length).toBeGreaterThan(2);
    process.kill(instance.pid, 'SIGKILL');
    // The promise is 10 s; a machine that is busy with other tests gets the same.
    await eventually(
      'all containers are gone',
      async () => (await docker.listContainers({ all: true, filters })).length === 0,
      10_000,
    );
    expect(await docker.listNetworks({ filters })).not.toEqual([]);
    const doctor = await instance.workspace.run(['doctor']);
    expect(doctor.stdout).toMatch(/0 containers and \d+ networks? were left by instances that were killed/);
    const { code } = await instance.workspace.run(['down']);
    expect(code).toBe(0);
    expect(await docker.listNetworks({ filters })).toEqual([]);
  });
});
