import { expect, test } from 'vitest';
import { loadFile } from '../../../src/resources/load-file.ts';
import { emptyStore } from '../../../src/resources/store.ts';
import { assumeBindings } from '../../../src/session/assume-bindings.ts';

const gateway = (name: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: team-a }
spec:
  gatewayClassName: eg
  listeners:
    - { name: a, protocol: HTTP, port: 80, hostname: a.test }
    - { name: b, protocol: HTTP, port: 80, hostname: b.test }
    - { name: c, protocol: HTTP, port: 8080 }
`;

function bindings(...names: readonly string[]) {
  const loaded = loadFile({ path: 'a.yaml', text: names.map(gateway).join('---\n') });
  const now = '2026-01-31T09:00:00Z';
  return assumeBindings(emptyStore(now).applyFiles([{ path: 'a.yaml', loaded }], now).resources);
}

test('each Gateway has one address for all its ports, the same whatever else there is', () => {
  const alone = bindings('web');
  expect(alone.map(({ gateway: name, port }) => [name, port])).toEqual([
    ['team-a/web', 80],
    ['team-a/web', 8080],
  ]);
  const [address] = new Set(alone.map(({ reach }) => reach.address));
  expect(address).toMatch(/^127\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.\d+$/);
  const together = bindings('other', 'web');
  expect(together.filter(({ gateway: name }) => name === 'team-a/web')).toEqual(alone);
  expect(new Set(together.map(({ reach }) => reach.address)).size).toBe(2);
});
