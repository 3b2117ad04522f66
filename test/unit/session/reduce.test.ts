import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadFile } from '../../../src/resources/load-file.ts';
import type { ObservedState, Operation } from '../../../src/runtime/runtime.ts';
import type { Effect } from '../../../src/session/effects.ts';
import type { SessionEvent } from '../../../src/session/events.ts';
import { initialState } from '../../../src/session/initial-state.ts';
import type { SessionInput } from '../../../src/session/inputs.ts';
import { reduce } from '../../../src/session/reduce.ts';
import type { SessionState } from '../../../src/session/state.ts';
import { createTranslator } from '../../../src/translate/build.ts';
import { sessionSettings } from '../../fixtures/session-settings.ts';

const manifest = readFileSync(
  new URL('../../fixtures/manifests/quickstart/quickstart.yaml', import.meta.url),
  'utf8',
);
const startMs = Date.parse('2026-01-31T09:00:00Z');
const nothing: ObservedState = { proxies: [], pods: [], services: [] };

/** A session without edges: what it wants done is looked at, what is observed is made up. */
class Bench {
  state: SessionState;
  observed: ObservedState = nothing;
  nowMs = startMs;
  events: SessionEvent[] = [];
  effects: Effect[] = [];
  readonly #translate = createTranslator();

  constructor() {
    this.state = initialState(sessionSettings({ startedAtMs: startMs }));
  }

  step(...inputs: SessionInput[]): readonly Effect[] {
    const around = { nowMs: this.nowMs, observed: this.observed, translate: this.#translate };
    const { state, events, effects } = reduce(this.state, inputs, around);
    this.state = state;
    this.events.push(...events);
    this.effects.push(...effects);
    this.#startProxies(operations(effects));
    return effects;
  }

  #startProxies(started: readonly Operation[]): void {
    const proxies = started.flatMap((operation) =>
      operation.type === 'start-proxy'
        ? [{ ...operation.proxy, pid: 7, state: 'running' as const, adminSocket: '/admin' }]
        : [],
    );
    if (proxies.length > 0) this.observed = { ...this.observed, proxies };
  }

  save(text: string): readonly Effect[] {
    const loaded = loadFile({ path: 'a.yaml', text }, this.state.store.file('a.yaml'));
    return this.step({ type: 'files-read', files: [{ path: 'a.yaml', loaded }], seenAtMs: this.nowMs });
  }

  /** Brings the instance up to where its Envoy has everything. */
  bringUp(): void {
    this.save(manifest);
    const socket = { address: '127.9.9.9', port: 80 };
    this.step(
      {
        type: 'ports-reserved',
        bindings: [{ gateway: 'default/eg', port: 80, bind: [socket], reach: socket, localhost: false }],
      },
      {
        type: 'credentials-ready',
        tenant: 'default',
        credentials: {
          token: 'secret-token',
          caCertificate: 'CA',
          serverName: 'cp',
          at: { path: '/run/cp.sock' },
        },
      },
    );
    this.podsRun();
    this.step({ type: 'deadline' });
    this.acknowledge();
  }

  /** Everything that is wanted runs. */
  podsRun(): void {
    const pods = this.state.workloads.pods.map(({ pod }, index) => ({
      namespace: pod.namespace,
      name: pod.name,
      address: `127.8.0.${index + 1}`,
      ready: true,
      spec: pod,
    }));
    this.observed = { ...this.observed, pods };
    const effects = this.step({ type: 'deadline' });
    const services = operations(effects).flatMap((operation) =>
      operation.type === 'put-service' ? [{ ...operation.service, address: '127.7.0.1', ready: true }] : [],
    );
    if (services.length > 0) this.observed = { ...this.observed, services };
  }

  acknowledge(): void {
    const version = this.state.tenants.get('default')?.snapshot?.version ?? '';
    this.step({
      type: 'control-plane',
      event: {
        type: 'snapshot-applied',
        tenant: 'default',
        version,
        cause: this.events.at(-1)?.seq,
        changed: { cluster: 1 },
        rejected: [],
      },
    });
  }

  named(type: SessionEvent['type']): readonly SessionEvent[] {
    return this.events.filter((event) => event.type === type);
  }
}

function operations(effects: readonly Effect[]): readonly Operation[] {
  return effects.flatMap((effect) => (effect.type === 'execute' ? effect.operations : []));
}

const types = (effects: readonly { readonly type: string }[]) => effects.map(({ type }) => type);

describe('a session', () => {
  test('asks for ports and credentials of what is declared, and starts its pods at once', () => {
    const bench = new Bench();
    const effects = bench.save(manifest);
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
    const effects = bench.save(manifest.replace('value: /', 'value: /new'));
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
    const effects = bench.save(`# a comment\n${manifest}`);
    expect(types(effects)).toEqual([]);
  });

  test('scales without the file, until the file is saved again', () => {
    const bench = new Bench();
    bench.bringUp();
    const effects = bench.step({ type: 'scale', namespace: 'default', name: 'backend', replicas: 3 });
    expect(types(operations(effects)).filter((type) => type === 'start-pod')).toHaveLength(2);
    expect(bench.named('Scaled')).toMatchObject([{ resource: 'Deployment/default/backend', from: 1, to: 3 }]);
    bench.save(manifest);
    expect(bench.state.workloads.pods).toHaveLength(1);
  });

  test('keeps what serves when a save is broken, says so, and clears it when it is mended', () => {
    const bench = new Bench();
    bench.bringUp();
    const before = bench.state.tenants.get('default')?.snapshot;
    expect(types(bench.save(manifest.replace('spec:', 'spec: ]')))).toEqual([]);
    expect(bench.state.tenants.get('default')?.snapshot).toBe(before);
    const [said] = bench.named('Diagnostic');
    expect(said).toMatchObject({
      severity: 'error',
      file: 'a.yaml',
      cause: bench.named('FilesChanged')[0]?.seq,
    });
    bench.save(manifest);
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
    bench.save(manifest.replace('replicas: 1', 'replicas: 0'));
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
    bench.save(manifest.replace('value: /', 'value: /new'));
    expect(bench.events.map(({ seq }) => seq)).toEqual(bench.events.map((_, index) => index + 1));
  });
});
