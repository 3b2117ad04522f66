import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ContainerSpec } from '../../../../../src/runtime/docker/container-spec.ts';
import {
  ServiceContainers,
  type ServiceContainersOptions,
} from '../../../../../src/runtime/docker/services/service-containers.ts';
import type { DesiredService } from '../../../../../src/runtime/runtime.ts';
import type { RuntimeEvent } from '../../../../../src/runtime/runtime-event.ts';

const to = (...addresses: readonly string[]): DesiredService => ({
  ...{ namespace: 'shop', name: 'cart' },
  ports: [{ port: 80, targets: addresses.map((address) => ({ address, port: 3000 })) }],
});

/** A container that remembers its orders. */
class FakeContainer {
  readonly id = 'c';
  readonly name = 'n';
  readonly address = '10.1.0.5';
  readonly spec: ContainerSpec;
  readonly orders: string[] = [];
  readonly stdin = { write: (line: string) => this.orders.push(line) };
  readonly ended: Promise<object>;
  isGone = false;
  say: (line: string, stream: 'stdout') => void = () => {};
  end: () => void = () => {};

  constructor(spec: ContainerSpec) {
    this.spec = spec;
    this.ended = new Promise((resolve) => {
      this.end = () => {
        this.isGone = true;
        resolve({});
      };
    });
  }

  onLine(listener: typeof this.say): void {
    this.say = listener;
  }

  async remove(): Promise<void> {
    this.end();
  }
}

const made: FakeContainer[] = [];
const events: RuntimeEvent[] = [];
const released: string[] = [];
let refusal: string | undefined;
let services: ServiceContainers;

function last(): FakeContainer {
  const container = made.at(-1);
  if (container === undefined) throw new Error('nothing runs');
  return container;
}

const observed = () => services.observe()[0];
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  made.length = 0;
  events.length = 0;
  released.length = 0;
  refusal = undefined;
  const cell = {
    ...{ guard: { id: 'guard' }, network: { id: 'net' }, addressFor: () => '10.1.0.5' },
    releaseAddress: (owner: string) => released.push(owner),
  };
  services = new ServiceContainers({
    ...{ nodeImage: 'calb-sim/node:1', onChange: () => {} },
    names: { container: (namespace: string, what: string) => `calb-sim-a-${namespace}-${what}` },
    cells: { cell: () => Promise.resolve(cell), namespaces: () => ['shop'] },
    containers: {
      run: async (spec: ContainerSpec) => {
        if (refusal !== undefined) throw new Error(refusal);
        made.push(new FakeContainer(spec));
        return last();
      },
    },
    onEvent: (event: RuntimeEvent) => events.push(event),
  } as unknown as ServiceContainersOptions);
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the container of a Service', () => {
  it('has its four names and its address, and is ready when it has carried out its order', async () => {
    const put = services.put(to('10.1.0.9'), undefined);
    expect(observed()).toMatchObject({ ready: false, ports: to('10.1.0.9').ports });
    await put;
    expect(last().spec).toMatchObject({
      ...{ role: 'service', name: 'calb-sim-a-shop-svc-cart', stdin: true, pidOf: 'guard' },
      network: {
        ...{ network: 'net', address: '10.1.0.5' },
        aliases: ['cart', 'cart.shop', 'cart.shop.svc', 'cart.shop.svc.cluster.local'],
      },
    });
    expect(last().orders.map((line) => JSON.parse(line))).toEqual([{ ports: to('10.1.0.9').ports }]);
    expect(observed()).toMatchObject({ ready: false, address: '10.1.0.5' });
    last().say('{"applied":1}', 'stdout');
    expect(observed()?.ready).toBe(true);
    expect(events.map(({ type }) => type)).toEqual(['service-changed']);
  });

  it('outlives its pods, and is ready only for its newest order', async () => {
    await services.put(to('10.1.0.9'), undefined);
    await services.put(to(), undefined);
    await services.put(to('10.1.0.8'), undefined);
    expect(made).toHaveLength(1);
    expect(last().orders).toHaveLength(3);
    last().say('{"applied":2}', 'stdout');
    expect(observed()?.ready).toBe(false);
    last().say('{"applied":3}', 'stdout');
    expect(observed()).toMatchObject({ ready: true, ports: to('10.1.0.8').ports });
  });

  it('is made anew when it ends, with its last order', async () => {
    await services.put(to('10.1.0.9'), undefined);
    await services.put(to('10.1.0.8'), undefined);
    last().say('{"applied":2}', 'stdout');
    last().end();
    await pass(0);
    expect(observed()?.ready).toBe(false);
    await pass(60_000);
    expect(made).toHaveLength(2);
    expect(last().orders.map((line) => JSON.parse(line))).toEqual([{ ports: to('10.1.0.8').ports }]);
    last().say('{"applied":1}', 'stdout');
    expect(observed()?.ready).toBe(true);
  });

  it('tells once why it cannot run, and runs when it can', async () => {
    refusal = 'no space left';
    await services.put(to(), undefined);
    await pass(60_000);
    expect(events).toMatchObject([
      { type: 'runtime-problem', message: 'Service shop/cart cannot run: no space left' },
    ]);
    refusal = undefined;
    await pass(60_000);
    expect(made).toHaveLength(1);
  });

  it('tells which ports it cannot have', async () => {
    await services.put(to(), undefined);
    last().say('{"applied":1,"failed":[{"port":80,"message":"in use"}]}', 'stdout');
    expect(events[0]).toMatchObject({ message: 'Service shop/cart cannot listen on port 80: in use' });
    expect(observed()?.ready).toBe(true);
  });

  it('leaves neither container nor address when the Service is gone, unless it is back already', async () => {
    await services.put(to(), undefined);
    const removed = services.remove('shop', 'cart');
    expect(services.observe()).toEqual([]);
    await removed;
    expect(last().isGone).toBe(true);
    expect(released).toEqual(['service/shop/cart']);
    await pass(60_000);
    expect(made).toHaveLength(1);
    await services.put(to(), undefined);
    await Promise.all([services.remove('shop', 'cart'), services.put(to(), undefined)]);
    expect(made.map(({ isGone }) => isGone)).toEqual([true, true, false]);
    expect(released).toHaveLength(1);
  });
});
