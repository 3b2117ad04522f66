import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { send } from './support/http-request.ts';
import { expectNothingRuns, type Instance, startInstance } from './support/instance.ts';
import { describeWithKubectl } from './support/with-kubectl.ts';

/** A `kubectl port-forward` that runs. */
interface Forwarding {
  readonly port: number;
  stop(): Promise<void>;
}

describeWithKubectl('kubectl port-forward', () => {
  let instance: Instance;
  let kubeconfig: string;

  beforeAll(async () => {
    instance = await startInstance('quickstart');
    kubeconfig = join(instance.workspace.root, 'kubeconfig');
    writeFileSync(kubeconfig, (await instance.run(['kubeconfig'])).stdout, { mode: 0o600 });
    await instance.untilStatus(200, { host: 'www.example.com', path: '/' });
  });
  afterAll(async () => {
    await instance.stop();
    await expectNothingRuns(instance.workspace);
    instance.workspace.dispose();
  });

  async function forward(target: string, port: number, more: NodeJS.ProcessEnv = {}): Promise<Forwarding> {
    const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: instance.workspace.root, ...more };
    const child = spawn('kubectl', ['port-forward', target, `:${port}`], { env });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const lines = createInterface(child.stdout);
    const local = await new Promise<number>((resolve, reject) => {
      lines.once('line', (line) => resolve(Number(/127\.0\.0\.1:(\d+) ->/.exec(line)?.[1])));
      void ended.then(() => reject(new Error('kubectl ended')));
    });
    return {
      port: local,
      stop: () => {
        child.kill();
        return ended;
      },
    };
  }

  const ask = (port: number, path: string, headers = {}) =>
    send({ address: '127.0.0.1', port, host: 'www.example.com', path, headers });

  test.each([
    ['over WebSocket', {}],
    ['over SPDY', { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
  ])('reaches an Envoy by the Service of its Gateway, and a Deployment, %s', async (_how, env) => {
    const { stdout } = await instance.run(['get', 'services', '-o', 'json']);
    const services = JSON.parse(stdout).items as { metadata: { name: string } }[];
    const envoy = services.map(({ metadata }) => metadata.name).find((name) => name.startsWith('envoy-'));
    const gateway = await forward(`service/${envoy}`, 80, env);
    const backend = await forward('deployment/backend', 3000, env);
    try {
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(gateway.port, '/through')));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect(JSON.parse(answers[0]?.body ?? '').headers).toHaveProperty('X-Envoy-External-Address');
      const direct = await ask(backend.port, '/direct');
      expect(JSON.parse(direct.body).headers).not.toHaveProperty('X-Envoy-External-Address');
    } finally {
      await Promise.all([gateway.stop(), backend.stop()]);
    }
  });
});
