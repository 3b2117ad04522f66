import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { echoed } from './support/http-request.ts';
import { type Instance, startInstance } from './support/instance.ts';
import {
  echoService,
  gateway,
  httpRoute,
  type Manifest,
  rule,
  tlsSecret,
  toYaml,
} from './support/manifests.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

const hosts = ['one.secure.test', 'two.secure.test'] as const;

const listener = (name: string, hostname: string): Manifest => ({
  ...{ name, hostname, port: 8443, protocol: 'HTTPS' },
  tls: { mode: 'Terminate', certificateRefs: [{ name: `${name}-certificate` }] },
});

describeWithEnvoy('HTTPS listeners', () => {
  let instance: Instance;
  beforeAll(async () => {
    const listeners = [listener('one', hosts[0]), listener('two', hosts[1])];
    instance = await startInstance(undefined, {
      files: {
        'web.yaml': toYaml(
          gateway({ name: 'web', listeners }),
          ...echoService({ name: 'app' }),
          httpRoute({ name: 'all', parent: 'web', rules: [rule('/', ['app'])] }),
        ),
        'one.yaml': toYaml(await tlsSecret('one-certificate', hosts[0])),
        'two.yaml': toYaml(await tlsSecret('two-certificate', hosts[1])),
      },
    });
  });
  afterAll(() => instance?.stop());

  test.each(hosts)('%s is served over TLS', async (host) => {
    const response = await instance.request({
      listener: host.slice(0, 3),
      serverName: host,
      host,
      path: '/tls',
    });
    const answer = echoed(response);
    expect(answer.host).toBe(host);
    expect(answer.headers['X-Forwarded-Proto']).toEqual(['https']);
  });

  test('each host name has the certificate of its own listener', async () => {
    for (const host of hosts)
      expect(await certificateOf(instance, host)).toMatchObject({ names: `DNS:${host}` });
  });

  test('a host name of another listener on the same connection is refused with 404 or 421', async () => {
    const response = await instance.request({
      listener: 'one',
      serverName: hosts[0],
      host: 'three.secure.test',
    });
    expect([404, 421]).toContain(response.status);
  });

  test('a renewed certificate goes live without a restart', async () => {
    const before = await certificateOf(instance, hosts[0]);
    const envoy = instance.envoyOf('default');
    instance.workspace.write('one.yaml', toYaml(await tlsSecret('one-certificate', hosts[0])));
    await eventually('the new certificate is served', async () => {
      const now = await certificateOf(instance, hosts[0]);
      return now.fingerprint !== before.fingerprint;
    });
    expect(instance.envoyOf('default')).toBe(envoy);
  });

  test('a secret that does not exist keeps only its own listener from serving, and is said', async () => {
    const from = instance.stream.mark;
    const secret = instance.workspace.read('two.yaml');
    instance.workspace.remove('two.yaml');
    const said = await instance.stream.waitFor('Diagnostic', {
      from,
      where: ({ severity }) => severity === 'error',
    });
    expect(said.message).toContain('two-certificate');
    const response = await instance.request({ listener: 'one', serverName: hosts[0], host: hosts[0] });
    expect(response.status).toBe(200);
    instance.workspace.write('two.yaml', secret);
    await eventually('the listener is back', () => certificateOf(instance, hosts[1]));
  });
});

interface Served {
  readonly names: string;
  readonly fingerprint: string;
}

function certificateOf(instance: Instance, servername: string): Promise<Served> {
  const { address, port } = instance.url(undefined, servername.slice(0, 3));
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, servername, rejectUnauthorized: false }, () => {
      const certificate = socket.getPeerCertificate();
      socket.destroy();
      resolve({ names: certificate.subjectaltname ?? '', fingerprint: certificate.fingerprint256 });
    });
    socket.on('error', reject);
  });
}
