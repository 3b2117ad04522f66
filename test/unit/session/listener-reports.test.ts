import { expect, test } from 'vitest';
import { noPaint } from '../../../cli/output/colors.ts';
import { renderStatus } from '../../../cli/output/status-text.ts';
import type { Binding } from '../../../src/runtime/runtime.ts';
import { listenerReports } from '../../../src/session/derive/listener-urls.ts';
import { Bench } from '../../fixtures/session-bench.ts';

const own = { address: '127.71.20.9', port: 80 };
const local = { address: '127.0.0.1', port: 80 };

/** Sockets of the one listener, and what `status` shows of them. */
function shown(binding: Partial<Binding>) {
  const bench = new Bench();
  bench.bringUp();
  const [first] = bench.state.bindings;
  if (first === undefined) throw new Error('no binding');
  bench.step({ type: 'ports-reserved', bindings: [{ ...first, reach: own, ...binding }] });
  const listeners = listenerReports(bench.state);
  const [listener] = listeners;
  const facts = { instance: 'demo', runtime: 'docker', envoyVersion: '1.40.0' } as const;
  const tenants = [
    { name: 'default', snapshot: 'a', acked: 'a', container: '1f0c52a9d6be4a0d8f9b7a65c1e3d2f4' },
  ];
  const text = renderStatus(
    { ...facts, listeners, tenants, diagnostics: [] },
    { paint: noPaint, readSource: () => undefined },
  );
  return { sockets: listener?.sockets, url: listener?.url, text, status: bench.state.translation?.statuses };
}

test('a port that is published is shown where it is on this machine, not where Envoy binds in its network', () => {
  const { sockets, text, url, status } = shown({
    bind: [{ address: '0.0.0.0', port: 80 }],
    published: [own, local],
    localhost: true,
  });
  expect(url).toBe('http://127.71.20.9/');
  expect(sockets).toEqual(['127.71.20.9:80', '127.0.0.1:80', 'localhost:80']);
  expect(text).toMatch(/http:\/\/127\.71\.20\.9\/ +localhost:80 +True/);
  expect(text).toContain('1f0c52a9d6be ');
  expect(text).not.toContain('1f0c52a9d6be4');
  expect(JSON.stringify([...(status?.values() ?? [])])).not.toContain('0.0.0.0');
});

test('a port that had to move, on the one address that there is', () => {
  const moved = { address: '127.0.0.1', port: 10080 };
  const { sockets, text } = shown({
    bind: [{ address: '0.0.0.0', port: 80 }],
    published: [moved],
    reach: moved,
  });
  expect(sockets).toEqual(['127.0.0.1:10080']);
  expect(text).toMatch(/http:\/\/127\.0\.0\.1:10080\/ +- +True/);
});
