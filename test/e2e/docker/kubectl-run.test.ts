import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectEngine } from '../../../src/runtime/docker/engine/connect-engine.ts';
import { assembleImage } from '../../../src/runtime/docker/images/assembled-image.ts';
import { libraryFolder } from '../../../src/runtime/docker/images/image-paths.ts';
import { loadImage } from '../../../src/runtime/docker/images/load-image.ts';
import { programLayer } from '../../../src/runtime/docker/images/program-layer.ts';
import { type Instance, startInstance } from '../support/instance.ts';
import { removeFromEngine } from '../support/runtime-under-test.ts';
import { removeImages } from '../support/test-image.ts';
import { describeWithDockerAnd } from '../support/with-docker.ts';
import { describeWithKubectl } from '../support/with-kubectl.ts';

/** As the image of curl is called that people run. */
const image = `mirror.gcr.io/curlimages/curl:calb-sim-test-${process.pid}`;

const curl = '/usr/bin/curl';
const reason = existsSync(curl) ? undefined : `there is no ${curl}`;

/** The curl, the shell and the sleep of this machine, as an image. */
async function loadCurlImage(docker: Dockerode): Promise<void> {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const programs = [
    { program: curl, target: curl },
    { program: '/bin/sh', target: '/bin/sh' },
    { program: '/bin/sleep', target: '/bin/sleep' },
  ];
  const layers = await Promise.all(
    programs.map((program) => programLayer({ ...program, architecture, env: process.env })),
  );
  const env = ['PATH=/usr/bin:/bin', `LD_LIBRARY_PATH=${libraryFolder}`];
  const labels = { 'io.calb-sim.test': image };
  await loadImage(
    docker,
    assembleImage({ architecture, labels, env, user: '1000:1000', entrypoint: [curl], layers }),
    image,
  );
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describeWithKubectl('kubectl and programs of pods', () => {
  describeWithDockerAnd('Tests of kubectl run', reason)('in containers', () => {
    let docker: Dockerode;
    let instance: Instance;
    let kubeconfig: string;

    beforeAll(async () => {
      ({ docker } = await connectEngine({ env: process.env }));
      await loadCurlImage(docker);
      instance = await startInstance('namespace-mode', { environment: { CALB_SIM_RUNTIME: 'docker' } });
      kubeconfig = join(instance.workspace.root, 'kubeconfig');
      writeFileSync(kubeconfig, (await instance.run(['kubeconfig'])).stdout, { mode: 0o600 });
      await instance.untilStatus(200, { gateway: 'gateway-a', host: 'www.team-a.com', path: '/example' });
      await instance.untilStatus(200, { gateway: 'gateway-b', host: 'www.team-b.com', path: '/example' });
    });
    afterAll(async () => {
      if (instance !== undefined) {
        await instance.stop();
        removeFromEngine(instance.workspace.instanceName);
      }
      await removeImages(docker, [image]);
    });

    function kubectl(args: readonly string[], input?: string): Promise<Ended> {
      const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: instance.workspace.root };
      const child = spawn('kubectl', args, { env });
      child.stdin.end(input ?? '');
      const said = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
      return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })));
    }
    const run = (name: string, ...more: readonly string[]) => ['run', name, `--image=${image}`, ...more];
    const url = (team: string, port: number) => `my-gateway.${team}.svc.cluster.local:${port}/example`;
    const json = async (name: string) =>
      JSON.parse((await kubectl(['get', 'pod', name, '-o', 'json'])).stdout);

    test('a program that runs once reaches a Gateway of another namespace by its Service', async () => {
      const ask = ['-s', '-H', 'Host: www.team-a.com', url('team-a', 8080)];
      for (const policy of ['Never', 'Always']) {
        const ended = await kubectl(run('once', '--rm', '-i', `--restart=${policy}`, '--', ...ask));
        expect(ended, ended.stderr).toMatchObject({ code: 0 });
        // One that is started again asks again.
        const [answer = ''] = /^\{[\s\S]*?^\}/m.exec(ended.stdout) ?? [];
        expect(JSON.parse(answer)).toMatchObject({ path: '/example', namespace: 'team-a' });
        expect(ended.stdout).toContain('pod "once" deleted');
      }
      expect((await kubectl(['get', 'pods'])).stderr).toContain('No resources found');
    });

    test('a shell takes what is typed, and its exit code is that of kubectl', async () => {
      const asked = `curl -s -o /dev/null -w '%{http_code} ' -H 'Host: www.team-b.com' ${url('team-b', 8081)}`;
      const ended = await kubectl(
        run('shell', '--rm', '-i', '--restart=Never', '--command', '--', 'sh'),
        `${asked}\necho done\nexit 3\n`,
      );
      expect(ended.stdout).toContain('200 done');
      expect(ended.code).toBe(3);
    });

    test('programs are started in pods that run: with input, both outputs, exit code', async () => {
      await kubectl(run('long', '--command', '--', 'sh', '-c', 'echo hello; exec sleep 300'));
      expect(await kubectl(['wait', '--for=condition=Ready', 'pod/long', '--timeout=30s'])).toMatchObject({
        code: 0,
      });
      const said = await kubectl(
        ['exec', '-i', 'long', '--', 'sh', '-c', 'read line; echo "got $line"; echo bad >&2; exit 7'],
        'word\n',
      );
      expect(said).toMatchObject({ code: 7, stdout: 'got word\n' });
      expect(said.stderr).toContain('bad\n');
      expect((await kubectl(['logs', 'long'])).stdout).toBe('hello\n');
      const none = await kubectl(['exec', 'long', '--', 'nosuch']);
      expect(none.code).not.toBe(0);
      expect(none.stdout + none.stderr).toContain('"nosuch": executable file not found');
      const deleted = await kubectl(['delete', 'pod', 'long']);
      expect(deleted.stdout).toContain('pod "long" deleted');
    });

    test('pods end as their policy says, and say how', async () => {
      await kubectl(run('good', '--restart=Never', '--', '--version'));
      await kubectl(run('bad', '--restart=OnFailure', '--command', '--', 'sh', '-c', 'exit 4'));
      await expect.poll(async () => (await json('good')).status.phase, { timeout: 20_000 }).toBe('Succeeded');
      const { status } = await json('good');
      expect(status.containerStatuses[0].state.terminated).toMatchObject({
        exitCode: 0,
        reason: 'Completed',
      });
      expect((await kubectl(['logs', 'good'])).stdout).toMatch(/^curl \d/);
      await expect
        .poll(async () => (await json('bad')).status.containerStatuses[0].restartCount, { timeout: 20_000 })
        .toBeGreaterThan(0);
      expect((await kubectl(['delete', 'pod', 'good', 'bad'])).code).toBe(0);
    });

    test('a pod alone is behind the Services that select it', async () => {
      const labels = '--labels=app=alone';
      await kubectl(run('alone', labels, '--port=8000', '--command', '--', 'sleep', '300'));
      await kubectl(['wait', '--for=condition=Ready', 'pod/alone', '--timeout=30s']);
      expect((await kubectl(['expose', 'pod', 'alone', '--port=80', '--target-port=8000'])).code).toBe(0);
      const { podIP } = (await json('alone')).status;
      await expect
        .poll(async () => (await kubectl(['get', 'endpointslices', '-o', 'yaml'])).stdout, {
          timeout: 20_000,
        })
        .toContain(podIP);
      expect((await kubectl(['delete', 'service/alone', 'pod/alone'])).code).toBe(0);
    });
  });
});
