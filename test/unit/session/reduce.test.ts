import { describe, expect, test } from 'vitest';
import { Bench, operations, quickstart } from '../../fixtures/session-bench.ts';

const types = (effects: readonly { readonly type: string }[]) => effects.map(({ type }) => type);

describe('a session', () => {
  test('asks for ports and credentials of what is declared, and starts its pods at once', () => {
    const bench = new Bench();
    const effects = bench.save(quickstart);
    expect(types(effects)).toEqual(expect.arrayContaining(['reserve-ports', 'issue-credentials']));
    expect(types(operations(effects))).toContain('start-pod');
  });

  test('sends nothing to an Envoy before the pods are there, and everything then', () => {
    const bench = new Bench();
    bench.bringUp();
    const first = bench.effects.findIndex(({ type }) => type === 'set-snapshot');
    const pod = bench.effects.findIndex((effect) =>
      operations([effect]).some(({ type }) => type === 'start-pod'),
    );
    expect(pod).toBeGreaterThanOrEqual(0);
    expect(first).toBeGreaterThan(pod);
  });

  test('probes the listeners once all is acknowledged, and says Ready once', () => {
    const bench = new Bench();
    bench.bringUp();
    expect(bench.effects.filter(({ type }) => type === 'probe-listeners')).toEqual([
      { type: 'probe-listeners', targets: [{ address: '127.9.9.9', port: 80, tls: false }] },
    ]);
    bench.step({ type: 'listeners-answered' });
    bench.step({ type: 'listeners-answered' });
    expect(bench.named('Ready')).toMatchObject([
      {
        urls: [
          {
            tenant: 'default',
            gateway: 'default/eg',
            url: 'http://127.9.9.9/',
            hostnames: ['www.example.com'],
          },
        ],
      },
    ]);
  });

  test('names the save as the cause of what follows from it, and measures from when it was seen', () => {
    const bench = new Bench();
    bench.bringUp();
    bench.nowMs += 1000;
    const effects = bench.save(quickstart.replace('value: /', 'value: /new'));
    const [saved] = bench.named('FilesChanged');
    expect(saved).toMatchObject({ files: ['a.yaml'] });
    expect(effects).toContainEqual(expect.objectContaining({ type: 'set-snapshot', cause: saved?.seq }));
    bench.nowMs += 25;
    bench.acknowledge();
    expect(bench.named('ConfigApplied').at(-1)).toMatchObject({ cause: saved?.seq, durationMs: 25 });
  });

  test('does nothing for a save that changes nothing that runs', () => {
    const bench = new Bench();
    bench.bringUp();
    const effects = bench.save(`# a comment\n${quickstart}`);
    expect(types(effects)).toEqual([]);
  });

  test('scales without the file, until the file is saved again', () => {
    const bench = new Bench();
    bench.bringUp();
    const effects = bench.step({ type: 'scale', namespace: 'default', name: 'backend', replicas: 3 });
    expect(types(operations(effects)).filter((type) => type === 'start-pod')).toHaveLength(2);
    expect(bench.named('Scaled')).toMatchObject([{ resource: 'Deployment/default/backend', from: 1, to: 3 }]);
    bench.save(quickstart);
    expect(bench.state.workloads.pods).toHaveLength(1);
  });

  test('keeps what serves when a save is broken, says so, and clears it when it is mended', () => {
    const bench = new Bench();
    bench.bringUp();
    const before = bench.state.tenants.get('default')?.snapshot;
    expect(types(bench.save(quickstart.replace('spec:', 'spec: ]')))).toEqual([]);
    expect(bench.state.tenants.get('default')?.snapshot).toBe(before);
    const [said] = bench.named('Diagnostic');
    expect(said).toMatchObject({
      severity: 'error',
      file: 'a.yaml',
      cause: bench.named('FilesChanged')[0]?.seq,
    });
    bench.save(quickstart);
    expect(bench.named('Diagnostic').at(-1)).toMatchObject({ cleared: true });
  });

  test('looks for another socket when an Envoy cannot bind one', () => {
    const bench = new Bench();
    bench.bringUp();
    const effects = bench.step({
      type: 'control-plane',
      event: {
        type: 'resource-rejected',
        tenant: 'default',
        resourceType: 'listener',
        typeUrl: 'type.googleapis.com/envoy.config.listener.v3.Listener',
        name: 'default/eg/80',
        reason: "cannot bind '127.0.0.1:80': Address already in use",
        cause: undefined,
      },
    });
    expect(effects).toContainEqual({ type: 'rebind', lost: { address: '127.0.0.1', port: 80 } });
    expect(bench.named('ConfigRejected')).toMatchObject([{ resource: 'Gateway/default/eg' }]);
  });

  test('names the end of a pod as the cause of what its endpoint suffers, though the pod is gone by then', () => {
    const bench = new Bench();
    bench.bringUp();
    const [pod] = bench.observed.pods;
    const name = pod?.name ?? '';
    bench.save(quickstart.replace('replicas: 1', 'replicas: 0'));
    bench.observed = { ...bench.observed, pods: [] };
    bench.step({ type: 'deadline' });
    const stopped = {
      type: 'pod-stopped',
      namespace: 'default',
      name,
      willRestart: false,
      cause: undefined,
    } as const;
    bench.step({ type: 'runtime', event: stopped });
    const [event] = bench.named('PodStopped');
    expect(bench.state.endpointCauses.get('service/default/backend')).toBe(event?.seq);
    expect(bench.state.podFacts.size).toBe(0);
  });

  test('never lets a token into an event', () => {
    const bench = new Bench();
    bench.bringUp();
    bench.step({ type: 'listeners-answered' });
    expect(JSON.stringify(bench.events)).not.toContain('secret-token');
  });

  test('gives events numbers without gaps', () => {
    const bench = new Bench();
    bench.bringUp();
    bench.save(quickstart.replace('value: /', 'value: /new'));
    expect(bench.events.map(({ seq }) => seq)).toEqual(bench.events.map((_, index) => index + 1));
  });
});
