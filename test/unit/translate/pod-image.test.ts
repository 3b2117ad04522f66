import { describe, expect, it } from 'vitest';
import { podImage } from '../../../src/translate/workloads/pod-image.ts';

const probe = { httpGet: { port: 'web' } };

describe('the image that a container declares', () => {
  it('has its variables filled in, and keeps what nobody knows', () => {
    const image = podImage(
      {
        name: 'main',
        image: 'a/b:1',
        command: ['run', '$(WORD)'],
        args: ['$$(WORD)', '$(NOBODY)'],
        workingDir: '/srv',
      },
      { WORD: 'hello' },
    );
    expect(image).toEqual({
      ...{ reference: 'a/b:1', env: { WORD: 'hello' }, workingDir: '/srv' },
      ...{ command: ['run', 'hello'], args: ['$(WORD)', '$(NOBODY)'] },
    });
  });

  it('keeps what it is run with where a list is empty', () => {
    expect(podImage({ name: 'main', image: 'a/b', command: [], args: [] }, {})).toEqual({
      ...{ reference: 'a/b', env: {} },
    });
  });

  it.each([
    ['its pod', {}, { runAsUser: 10 }, '10'],
    ['itself first', { runAsUser: 20, runAsGroup: 30 }, { runAsUser: 10 }, '20:30'],
    ['both', { runAsUser: 20 }, { runAsGroup: 5 }, '20:5'],
    ['nobody', {}, { runAsGroup: 5 }, undefined],
  ])('runs as the user that is said by %s', (_who, securityContext, ofPod, user) => {
    const container = { name: 'main', image: 'a/b', securityContext };
    expect(podImage(container, {}, { securityContext: ofPod })?.user).toBe(user);
  });

  it('has folders of its volumes in place of what the image has there, but for single files', () => {
    const volumes = [
      { name: 'conf', configMap: { name: 'c', defaultMode: 0o755 } },
      { name: 'keys', secret: { secretName: 's' } },
      { name: 'cache', emptyDir: {} },
      { name: 'disk', persistentVolumeClaim: { claimName: 'd' } },
    ];
    const volumeMounts = [
      { name: 'conf', mountPath: '/scripts/' },
      { name: 'conf', mountPath: '/etc/app.conf', subPath: 'app.conf' },
      { name: 'keys', mountPath: '/keys' },
      { name: 'cache', mountPath: '/cache', subPath: 'a' },
      { name: 'disk', mountPath: '/data' },
      { name: 'nobody', mountPath: '/nowhere' },
    ];
    expect(podImage({ name: 'main', image: 'a/b', volumeMounts }, {}, { volumes })?.volumes).toEqual([
      { path: '/scripts', fileMode: 0o755 },
      { path: '/keys' },
      { path: '/cache', isScratch: true },
      { path: '/data', isScratch: true },
    ]);
  });

  it('has probes with the defaults of Kubernetes, and the numbers of named ports', () => {
    const ports = [{ name: 'web', containerPort: 8000, protocol: 'TCP' as const }];
    const image = podImage({ name: 'main', image: 'a/b', ports, readinessProbe: probe }, {});
    expect(image?.readinessProbe).toEqual({
      check: { type: 'http', scheme: 'HTTP', path: '/', port: 8000, headers: {} },
      ...{ initialDelayMs: 0, periodMs: 10_000, timeoutMs: 1000, successThreshold: 1, failureThreshold: 3 },
    });
  });

  it.each([
    [{ tcpSocket: { port: 80 } }, { type: 'tcp', port: 80 }],
    [{ grpc: { port: 9000 } }, { type: 'grpc', port: 9000, service: '' }],
    [{ exec: { command: ['true'] } }, { type: 'exec', command: ['true'] }],
    [
      { httpGet: { port: 1, path: '/z', scheme: 'HTTPS', httpHeaders: [{ name: 'a', value: 'b' }] } },
      { type: 'http', scheme: 'HTTPS', path: '/z', port: 1, headers: { a: 'b' } },
    ],
  ])('knows the check %j', (declared, check) => {
    const image = podImage({ name: 'main', image: 'a/b', livenessProbe: declared }, {});
    expect(image?.livenessProbe?.check).toEqual(check);
  });

  it('has no probe of a port that nobody has, and is none without a name', () => {
    expect(podImage({ name: 'main', image: 'a/b', readinessProbe: probe }, {})).not.toHaveProperty(
      'readinessProbe',
    );
    expect(podImage({ name: 'main' }, {})).toBeUndefined();
  });
});
