import type { LayerFile } from './image-layer.ts';

/** Users of our containers: several, because processes of one user may end each other. */
export const containerUsers = { guard: 65531, envoy: 65532, app: 65533 } as const;

const users = Object.entries(containerUsers);

/** What programs look up in `/etc` beside what the engine puts there. */
export const baseFiles: readonly LayerFile[] = [
  text('/etc/passwd', [
    'root:x:0:0:root:/:/sbin/nologin',
    ...users.map(([name, id]) => `${name}:x:${id}:${id}::/:/sbin/nologin`),
  ]),
  text('/etc/group', ['root:x:0:', ...users.map(([name, id]) => `${name}:x:${id}:`)]),
  // glibc by itself asks the name server first, also for localhost.
  text('/etc/nsswitch.conf', ['passwd: files', 'group: files', 'hosts: files dns']),
];

function text(path: string, lines: readonly string[]): LayerFile {
  return { path, mode: 0o644, source: Buffer.from(`${lines.join('\n')}\n`) };
}
