import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { plan } from '../../../src/runtime/plan.ts';
import type { DesiredPod, DesiredState, ObservedState, ProxyNetwork } from '../../../src/runtime/runtime.ts';
import { noNetwork } from '../../fixtures/no-network.ts';

const nothing = { proxies: [], pods: [], services: [] };

function pod(name: string, more: Partial<DesiredPod> = {}): DesiredPod {
  return { namespace: 'a', name, app: 'echo', env: {}, ports: [], files: {}, ...more };
}

function running(...pods: readonly DesiredPod[]): ObservedState {
  return {
    ...nothing,
    pods: pods.map((spec) => ({ namespace: 'a', name: spec.name, address: '127.1.1.1', ready: true, spec })),
  };
}

describe('plan', () => {
  it('is empty when everything runs as it should, equal or the very same', () => {
    const one = pod('one');
    expect(plan({ ...nothing, pods: [one] }, running(one), 1)).toEqual([]);
    expect(plan({ ...nothing, pods: [pod('one')] }, running(one), 1)).toEqual([]);
    expect(plan(nothing, nothing, 1)).toEqual([]);
  });

  it('gives every operation the cause', () => {
    const operations = plan({ ...nothing, pods: [pod('two')] }, running(pod('one')), 7);
    expect(operations.map(({ cause }) => cause)).toEqual([7, 7]);
  });

  it('does not depend on the order of its inputs', () => {
    const pods = ['c', 'a', 'b'].map((name) => pod(name));
    expect(plan({ ...nothing, pods }, nothing, 1)).toEqual(
      plan({ ...nothing, pods: pods.toReversed() }, nothing, 1),
    );
  });

  it('stops a pod before it starts its successor of the same name', () => {
    const changed = pod('one', { env: { TLS: 'yes' } });
    const types = plan({ ...nothing, pods: [changed] }, running(pod('one')), 1).map(({ type }) => type);
    expect(types).toEqual(['stop-pod', 'start-pod']);
  });

  it('never shows a bootstrap in its reasons', () => {
    const proxy = { tenant: 'a', bootstrap: 'token-2', concurrency: 1, network: noNetwork };
    const observed: ObservedState = {
      ...nothing,
      proxies: [{ ...proxy, bootstrap: 'token-1', state: 'running', adminSocket: '' }],
    };
    const [operation] = plan({ ...nothing, proxies: [proxy] }, observed, 1);
    expect(operation).toMatchObject({ type: 'replace-proxy', reason: 'bootstrap changed' });
  });
});

describe('plan for an Envoy with a network of its own', () => {
  const binding = {
    ...{ gateway: 'a/web', port: 80, localhost: false, reach: { address: '127.1.1.1', port: 80 } },
    bind: [{ address: '0.0.0.0', port: 80 }],
    published: [{ address: '127.1.1.1', port: 80 }],
  };
  const second = { ...binding, port: 81, published: [{ address: '127.1.1.1', port: 81 }] };
  const typesFor = (desired: Partial<ProxyNetwork>, observed: Partial<ProxyNetwork>) => {
    const proxy = { tenant: 'a', bootstrap: '{}', concurrency: 1 };
    const operations = plan(
      { ...nothing, proxies: [{ ...proxy, network: { ...noNetwork, ...desired } }] },
      {
        ...nothing,
        proxies: [{ ...proxy, state: 'running', adminSocket: '', network: { ...noNetwork, ...observed } }],
      },
      1,
    );
    return operations.map((operation) =>
      operation.type === 'replace-proxy' ? `${operation.type}: ${operation.reason}` : operation.type,
    );
  };

  it('connects it for other ports, names, namespaces or servers of this machine', () => {
    expect(typesFor({ bindings: [binding, second] }, { bindings: [binding] })).toEqual(['connect-proxy']);
    expect(typesFor({ bindings: [binding] }, { bindings: [binding, second] })).toEqual(['connect-proxy']);
    expect(typesFor({ bindings: [{ ...binding }] }, { bindings: [binding] })).toEqual([]);
    expect(typesFor({ reaches: ['b'] }, {})).toEqual(['connect-proxy']);
    expect(typesFor({ hostTargets: [{ address: '127.0.0.1', port: 1 }] }, {})).toEqual(['connect-proxy']);
    expect(typesFor({ services: [] }, { services: [] })).toEqual([]);
  });
});

describe('a pod of the same name that is wanted otherwise', () => {
  const pod = { namespace: 'a', name: 'web-1234-aaaaa', app: 'echo', env: {}, ports: [], files: {} } as const;
  const second = { ...pod, name: 'web-1234-bbbbb' };
  const observed = (spec: DesiredPod, ready = true) => ({
    ...{ namespace: spec.namespace, name: spec.name, address: '127.0.0.9', ready, spec },
  });
  const types = (desired: readonly DesiredPod[], pods: ObservedState['pods']) =>
    plan({ ...nothing, pods: desired }, { ...nothing, pods }, 1).map((operation) =>
      'pod' in operation
        ? `${operation.type} ${operation.pod.name.slice(-5)}`
        : `${operation.type} ${'name' in operation ? operation.name.slice(-5) : ''}`,
    );

  it('runs on with other files and names, unless it does not serve yet', () => {
    const wanted = { ...pod, files: { '/a': 'x' }, aliases: ['headless'] };
    expect(types([wanted], [observed(pod)])).toEqual(['update-pod aaaaa']);
    expect(types([wanted], [observed(pod, false)])).toEqual(['stop-pod aaaaa', 'start-pod aaaaa']);
  });

  it('is started again for other ports or variables, one of its set after the other', () => {
    const wanted = [pod, second].map((one) => ({ ...one, ports: [80] }));
    const first = types(wanted, [observed(pod), observed(second)]);
    expect(first).toEqual(['stop-pod aaaaa', 'start-pod aaaaa']);
    const [changed = pod] = wanted;
    expect(types(wanted, [observed(changed, false), observed(second)])).toEqual([]);
    expect(types(wanted, [observed(changed), observed(second)])).toEqual([
      'stop-pod bbbbb',
      'start-pod bbbbb',
    ]);
  });
});

const golden = fileURLToPath(new URL('../../golden/plan/', import.meta.url));
const cases = readdirSync(golden)
  .filter((name) => name.endsWith('.in.yaml'))
  .map((name) => name.slice(0, -'.in.yaml'.length));

describe('golden plans', () => {
  it.each(cases)('%s', (name) => {
    const input: { desired: DesiredState; observed: ObservedState; cause: number } = parse(
      readFileSync(`${golden}${name}.in.yaml`, 'utf8'),
    );
    const actual = stringify(plan(input.desired, input.observed, input.cause), {
      aliasDuplicateObjects: false,
    });
    const file = `${golden}${name}.out.yaml`;
    if (process.env.UPDATE_GOLDEN || !existsSync(file)) writeFileSync(file, actual);
    expect(actual).toBe(readFileSync(file, 'utf8'));
  });
});
