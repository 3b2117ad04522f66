import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../../../../src/runtime/docker/container-spec.ts';
import { createRequest } from '../../../../src/runtime/docker/create-request.ts';
import { fileArchives, volumeFolders } from '../../../../src/runtime/docker/file-archives.ts';

const spec: ContainerSpec = {
  ...{ role: 'pod', name: 'calb-sim-a-b-c', namespace: 'b', object: 'c', image: 'calb-sim/node:1' },
  network: {
    type: 'own',
    network: 'n1',
    address: '10.86.1.2',
    aliases: ['c'],
    published: { 80: [{ address: '127.1.1.1', port: 8080 }] },
  },
  ...{ user: 65_533, pidOf: 'guard', memoryBytes: 1024, pids: 8 },
};

describe('a container', () => {
  it('has no right that it does not ask for, and ends with its guard', () => {
    expect(createRequest(spec, { 'io.calb-sim.instance': 'a' })).toMatchObject({
      User: '65533:65533',
      Labels: {
        'io.calb-sim.instance': 'a',
        'io.calb-sim.tenant': 'b',
        'io.calb-sim.role': 'pod',
        'io.calb-sim.name': 'c',
      },
      HostConfig: {
        ...{
          AutoRemove: true,
          ReadonlyRootfs: true,
          CapDrop: ['ALL'],
          CapAdd: [],
          PidMode: 'container:guard',
        },
        SecurityOpt: ['no-new-privileges:true'],
        ...{ Memory: 1024, MemorySwap: 1024, PidsLimit: 8 },
        PortBindings: { '80/tcp': [{ HostIp: '127.1.1.1', HostPort: '8080' }] },
      },
    });
  });

  it('that joins a network has neither ports nor names of its own', () => {
    const request = createRequest({ ...spec, network: { type: 'container', id: 'other' } }, {});
    expect(request.HostConfig).toMatchObject({ NetworkMode: 'container:other' });
    expect(request).not.toHaveProperty('ExposedPorts');
    expect(request).not.toHaveProperty('NetworkingConfig');
    expect(request.HostConfig).not.toHaveProperty('PortBindings');
  });
});

describe('files of a container', () => {
  const files = {
    '/etc/a/one': { text: '1' },
    '/etc/a/two': { text: '2' },
    '/etc/b/one': { text: '3', mode: 0o400 },
  };

  it('lie in one volume for each folder where the root is read-only', async () => {
    expect(volumeFolders({ ...spec, files })).toEqual(['/etc/a', '/etc/b']);
    const [a, b] = await fileArchives({ ...spec, files });
    expect([a?.folder, b?.folder]).toEqual(['/etc/a', '/etc/b']);
    expect(a?.tar.toString('latin1')).toContain('two');
    expect(a?.tar.toString('latin1')).not.toContain('three');
  });

  it('lie in the volume that is around them, with folders that are not there yet', async () => {
    const volumes = { '/etc/a': 'root', '/cache': 'anybody' } as const;
    const deep = { ...files, '/etc/a/deep/er/three': { text: '3', mode: 0o555 } };
    for (const readOnlyRoot of [true, false]) {
      const inVolumes = { ...spec, files: deep, volumes, readOnlyRoot };
      const archives = await fileArchives(inVolumes);
      expect(archives.map(({ folder }) => folder).sort()).toEqual(
        readOnlyRoot ? ['/etc/a', '/etc/b'] : ['/', '/etc/a'],
      );
      const tar = archives.find(({ folder }) => folder === '/etc/a')?.tar ?? Buffer.alloc(0);
      const names = tar.toString('latin1').match(/(?:deep|one|two|three)[a-z/]*(?=\0)/g);
      expect(names).toEqual(['deep', 'deep/er', 'one', 'two', 'deep/er/three']);
      const { Mounts = [] } = createRequest(inVolumes, {}).HostConfig ?? {};
      const kept = readOnlyRoot ? ['/etc/b'] : [];
      expect(Mounts.map(({ Target }) => Target)).toEqual([...kept, '/etc/a', '/cache']);
      expect(Mounts.at(-2)).toMatchObject({ VolumeOptions: { NoCopy: true } });
      expect(Mounts.at(-2)).not.toHaveProperty('VolumeOptions.DriverConfig');
      expect(Mounts.at(-1)).toHaveProperty('VolumeOptions.DriverConfig.Options.o', 'mode=0777');
    }
  });

  it('lie where they belong where it is not: nothing beside them is hidden', async () => {
    const writable = { ...spec, files, readOnlyRoot: false };
    expect(volumeFolders(writable)).toEqual([]);
    const archives = await fileArchives(writable);
    expect(archives.map(({ folder }) => folder)).toEqual(['/']);
    expect(archives[0]?.tar.toString('latin1')).toContain('etc/b/one');
  });
});
