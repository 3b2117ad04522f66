import { connect } from 'node:http2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { within } from './support/eventually.ts';
import { type EchoAnswer, echoed } from './support/http-request.ts';
import { type Instance, startInstance } from './support/instance.ts';
import { echoService, gateway, httpRoute, type Manifest, rule, toYaml } from './support/manifests.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

/** A Service of the echo app's HTTP/2 port. */
const h2cService: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'app-h2c', namespace: 'default' },
  spec: {
    selector: { app: 'app' },
    ports: [{ name: 'http2', port: 3000, targetPort: 3001, appProtocol: 'kubernetes.io/h2c' }],
  },
};

describeWithEnvoy('protocols', () => {
  let instance: Instance;
  beforeAll(async () => {
    const route = (name: string, service: string) =>
      httpRoute({ name, parent: 'web', hostnames: [`${name}.test`], rules: [rule('/', [service])] });
    instance = await startInstance(undefined, {
      files: {
        'all.yaml': toYaml(
          gateway({ name: 'web' }),
          ...echoService({ name: 'app' }),
          h2cService,
          route('plain', 'app'),
          route('h2c', 'app-h2c'),
        ),
      },
    });
  });
  afterAll(() => instance?.stop());

  test('a backend with the appProtocol of HTTP/2 is spoken to in HTTP/2', async () => {
    expect(echoed(await instance.request({ host: 'h2c.test' })).proto).toBe('HTTP/2.0');
    expect(echoed(await instance.request({ host: 'plain.test' })).proto).toBe('HTTP/1.1');
  });

  test('a client may speak HTTP/2 with prior knowledge', async () => {
    const { address, port } = instance.url();
    const session = connect(`http://${address}:${port}`);
    const stream = session.request({ ':path': '/two', ':authority': 'plain.test' });
    let body = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    await within('the answer', new Promise((resolve) => stream.on('end', resolve)));
    session.close();
    expect((JSON.parse(body) as EchoAnswer).path).toBe('/two');
  });

  test('a WebSocket is passed through', async () => {
    const { address, port } = instance.url();
    const socket = new WebSocket(`ws://${address}:${port}/ws`, { headers: { host: 'plain.test' } });
    const answer = new Promise<string>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('message', (data) => resolve(String(data)));
    });
    socket.on('open', () => socket.send('over and back'));
    expect(await within('the echo', answer)).toBe('over and back');
    socket.terminate();
  });
});
