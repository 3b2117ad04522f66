import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../../../src/runtime/docker/cells.ts';
import type { ForeignImage } from '../../../../../src/runtime/docker/images/foreign-image.ts';
import { appSpec, foreignSpec } from '../../../../../src/runtime/docker/pods/pod-container-spec.ts';
import type { PodImage } from '../../../../../src/runtime/pod-image.ts';
import type { DesiredPod } from '../../../../../src/runtime/runtime.ts';

const cell = {
  ...{ namespace: 'shop', guard: { id: 'guard' } },
  network: { id: 'net', name: 'n', subnet: '10.1.0.0/24', gateway: '10.1.0.1' },
} as unknown as Cell;
const place = { name: 'calb-sim-a-shop-cart-1', cell, address: '10.1.0.9' };
const pod: DesiredPod = {
  ...{ namespace: 'shop', name: 'cart-1', app: 'echo', aliases: ['cart'] },
  ...{ env: {}, ports: [], files: {} },
};
const image = { reference: 'sha256:1', platform: 'linux/amd64' } as ForeignImage;

function declared(part: Partial<PodImage>, files: DesiredPod['files'] = {}) {
  return foreignSpec({ ...pod, files, image: { reference: 'a/b:1', env: {}, ...part } }, image, place);
}

describe('the container of a declared image', () => {
  it.each([
    ['nothing', {}, {}],
    ['a command', { command: ['run'] }, { entrypoint: ['run'], command: [] }],
    ['arguments', { args: ['-v'] }, { command: ['-v'] }],
    ['both', { command: ['run'], args: ['-v'] }, { entrypoint: ['run'], command: ['-v'] }],
  ])('replaces what a kubelet would, given %s', (_what, part, words) => {
    const { entrypoint, command } = declared(part);
    expect({ entrypoint, command }).toEqual({ entrypoint: undefined, command: undefined, ...words });
  });

  it('knows its own address wherever it is named', () => {
    const spec = declared({
      ...{ command: ['run', '$(status.podIP)'], args: ['--bind=$(status.podIP):80'] },
      env: { POD_IP: '$(status.podIP)' },
    });
    expect(spec).toMatchObject({
      ...{ entrypoint: ['run', '10.1.0.9'], command: ['--bind=10.1.0.9:80'] },
      env: { POD_IP: '10.1.0.9' },
    });
  });

  it('has the rights of its image, under the names and the end of its pod', () => {
    const spec = declared({});
    expect(spec).toMatchObject({
      ...{ image: 'sha256:1', platform: 'linux/amd64', readOnlyRoot: false, hostname: 'cart-1' },
      ...{ pidOf: 'guard', memoryBytes: 512 * 2 ** 20, pids: 256 },
      network: { network: 'net', address: '10.1.0.9', aliases: ['cart-1', 'cart'] },
    });
    expect(spec).not.toHaveProperty('user');
    for (const missing of ['NET_RAW', 'MKNOD', 'AUDIT_WRITE']) {
      expect(spec.capabilities).not.toContain(missing);
    }
    expect(declared({ user: '10:20', readOnlyRoot: true })).toMatchObject({
      ...{ user: '10:20', readOnlyRoot: true },
    });
  });

  it('has volumes that anybody may write to, but for those that hold files', () => {
    const volumes = [
      { path: '/scratch', isScratch: true },
      { path: '/scratch/scripts', fileMode: 0o750 },
      { path: '/both', isScratch: true },
    ] as const;
    const files = { '/scratch/scripts/go.sh': 'x', '/both//one.conf': 'y' };
    expect(declared({ volumes }, files)).toMatchObject({
      volumes: { '/scratch': 'anybody', '/scratch/scripts': 'root', '/both': 'root' },
      files: { '/scratch/scripts/go.sh': { text: 'x', mode: 0o554 }, '/both/one.conf': { text: 'y' } },
    });
  });
});

describe('the container of an app', () => {
  const env = { POD_NAME: 'cart-1', LD_LIBRARY_PATH: '/x', NODE_OPTIONS: '--inspect' };

  it('serves further ports, and does not take over what would change how Node runs', () => {
    const spec = appSpec({ ...pod, env, ports: [80, 9000] }, 'calb-sim/node:1', place);
    expect(spec.env).toEqual({ POD_NAME: 'cart-1', PORTS: '80,9000' });
    expect(spec).toMatchObject({ user: 65_533, readOnlyRoot: true, memoryBytes: 64 * 2 ** 20, pids: 32 });
    expect(spec).not.toHaveProperty('capabilities');
  });

  it('takes a file of the root itself, which can be no volume', () => {
    const files = { '/app.conf': 'x', '/etc/b/c': 'y' };
    expect(appSpec({ ...pod, files }, 'calb-sim/node:1', place).readOnlyRoot).toBe(false);
  });
});
