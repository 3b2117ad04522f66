import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ContainerSpec } from '../../../../../src/runtime/docker/container-spec.ts';
import type { ForeignImageResult } from '../../../../../src/runtime/docker/pods/foreign-images.ts';
import { ImageArrivals } from '../../../../../src/runtime/docker/pods/image-arrivals.ts';
import { PodContainer, type PodParts } from '../../../../../src/runtime/docker/pods/pod-container.ts';
import { LogBook } from '../../../../../src/runtime/log-book.ts';
import type { DesiredPod } from '../../../../../src/runtime/runtime.ts';
import type { RuntimeEvent } from '../../../../../src/runtime/runtime-event.ts';

const app: DesiredPod = {
  ...{ namespace: 'shop', name: 'cart-1', app: 'echo' },
  ...{ env: {}, ports: [], files: {} },
};
const declared: DesiredPod = { ...app, image: { reference: 'a/b:1', env: {} } };
const image = { image: { reference: 'sha256:1', platform: 'linux/amd64' } } as ForeignImageResult;
const missing = { reason: 'a/b:1: the registry does not answer', hint: '' };

/** A container of an engine that does what it is told. */
class FakeContainer {
  readonly id: string;
  readonly name: string;
  readonly spec: ContainerSpec;
  readonly address = '10.1.0.9';
  readonly ended: Promise<{ exitCode?: number }>;
  readonly outputEnded = Promise.resolve();
  isGone = false;
  end: (exitCode: number) => void = () => {};
  say: (line: string, stream: 'stdout' | 'stderr') => void = () => {};

  constructor(id: string, spec: ContainerSpec) {
    this.id = id;
    this.spec = spec;
    this.name = spec.name;
    this.ended = new Promise((resolve) => {
      this.end = (exitCode) => {
        this.isGone = true;
        resolve({ exitCode });
      };
    });
  }

  onLine(listener: typeof this.say): void {
    this.say = listener;
  }

  onBytes(): void {}

  async kill(): Promise<void> {
    this.end(137);
  }

  async remove(): Promise<void> {
    this.end(137);
  }
}

/** Where a pod runs, and what it told. */
class World {
  readonly made: FakeContainer[] = [];
  readonly events: RuntimeEvent[] = [];
  /** What the engine answers to the next starts; it starts them where nothing is said. */
  readonly refusals: string[] = [];
  find: () => Promise<ForeignImageResult> = () => Promise.resolve(image);
  isThere = false;
  readonly #arrivals = new ImageArrivals(() => Promise.resolve(this.isThere));

  pod(spec: DesiredPod): PodContainer {
    const cell = { guard: { id: 'guard' }, network: { id: 'net' }, addressFor: () => '10.1.0.9' };
    return new PodContainer(spec, undefined, {
      ...{ nodeImage: 'calb-sim/node:1', onChange: () => {}, log: new LogBook() },
      names: { container: () => 'calb-sim-a-shop-cart-1' },
      cells: { cell: () => Promise.resolve(cell), namespaces: () => ['shop'] },
      containers: { run: (container: ContainerSpec) => this.#run(container) },
      images: {
        find: () => this.find(),
        onceThere: (reference: string, onThere: () => void) => this.#arrivals.wait(reference, onThere),
      },
      onEvent: (event: RuntimeEvent) => this.events.push(event),
    } as unknown as PodParts);
  }

  async #run(spec: ContainerSpec): Promise<FakeContainer> {
    const refusal = this.refusals.shift();
    if (refusal !== undefined) throw new Error(refusal);
    const container = new FakeContainer(`c${this.made.length}`, spec);
    this.made.push(container);
    return container;
  }

  get last(): FakeContainer {
    const last = this.made.at(-1);
    if (last === undefined) throw new Error('nothing runs');
    return last;
  }

  /** Containers that are there, by image. */
  get running(): readonly string[] {
    return this.made.filter(({ isGone }) => !isGone).map(({ spec }) => spec.image);
  }

  problems(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'runtime-problem' ? [event.message] : []));
  }

  told(): readonly string[] {
    return this.events.map(({ type }) => type);
  }
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

let world: World;
beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a pod whose program ends', () => {
  it('is started again at once, then after 1, 2 and 4 seconds, and says so', async () => {
    const pod = world.pod(declared);
    await pod.start();
    world.last.end(3);
    await pass(0);
    expect(pod.observed).toMatchObject({ ready: true, restarts: 1, lastExitCode: 3 });
    for (const [index, pauseMs] of [1000, 2000, 4000].entries()) {
      world.last.end(3);
      await pass(pauseMs - 1);
      expect(world.made).toHaveLength(index + 2);
      expect(pod.observed).toMatchObject({
        ...{ ready: false, waiting: 'CrashLoopBackOff', restarts: index + 2, lastExitCode: 3 },
      });
      await pass(1);
      expect(world.made).toHaveLength(index + 3);
      expect(pod.observed).not.toHaveProperty('waiting');
    }
    expect(world.events).toContainEqual({
      ...{ type: 'pod-stopped', namespace: 'shop', name: 'cart-1' },
      ...{ exitCode: 3, willRestart: true, cause: undefined },
    });
  });

  it('is not started again once it is to stop', async () => {
    const pod = world.pod(declared);
    await pod.start();
    world.last.end(3);
    await pod.stop({ force: false });
    await pass(60_000);
    expect(world.made).toHaveLength(1);
  });
});

describe('a pod that is made alone', () => {
  it.each([
    ['Never', 0, true],
    ['Never', 3, true],
    ['OnFailure', 0, true],
    ['OnFailure', 3, false],
  ] as const)('with the policy %s and exit code %i stays ended: %s', async (restarts, exitCode, stays) => {
    const pod = world.pod({ ...app, image: { reference: 'a/b:1', env: {}, restarts, isNeeded: true } });
    await pod.start();
    world.last.end(exitCode);
    await pass(60_000);
    expect(world.made).toHaveLength(stays ? 1 : 2);
    expect(pod.observed.ended).toEqual(stays ? { exitCode } : undefined);
    expect(pod.observed.ready).toBe(!stays);
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'pod-stopped', exitCode, willRestart: !stays }),
    );
  });

  it('waits for its image: nothing stands in for it', async () => {
    world.find = () => Promise.resolve(missing);
    const pod = world.pod({ ...app, image: { reference: 'a/b:1', env: {}, isNeeded: true } });
    await pod.start();
    expect(pod.observed).toMatchObject({ ready: false, waiting: 'ImagePullBackOff' });
    expect(world.made).toHaveLength(0);
    expect(world.problems()).toEqual([`Pod shop/cart-1 cannot start: ${missing.reason}`]);
    world.find = () => Promise.resolve(image);
    await pass(60_000);
    expect(pod.observed).toMatchObject({ ready: true });
    expect(pod.observed).not.toHaveProperty('waiting');
  });

  it('runs, to others, until who talks to its program has seen its end', async () => {
    const console = { stdin: true, stdinOnce: true, tty: false };
    const pod = world.pod({ ...app, image: { reference: 'a/b:1', env: {}, console, restarts: 'Never' } });
    await pod.start();
    world.last.end(0);
    await pass(500);
    expect(pod.observed).toMatchObject({ ready: true });
    const attached = pod.console.attach(() => {});
    await attached.ended;
    attached.close();
    await pass(0);
    expect(pod.observed).toMatchObject({ ready: false, ended: { exitCode: 0 } });
  });
});

describe('a pod that cannot be started', () => {
  it('tells why once, again when that changes, and after it has run', async () => {
    const pod = world.pod(app);
    world.refusals.push('no such file', 'no such file', 'no such file', 'no space left');
    await pod.start();
    expect(pod.observed).toMatchObject({ ready: false, waiting: 'CrashLoopBackOff' });
    await pass(10_000);
    expect(world.problems()).toEqual([
      'Pod shop/cart-1 cannot start: no such file',
      'Pod shop/cart-1 cannot start: no space left',
    ]);
    expect(world.running).toEqual(['calb-sim/node:1']);
    world.refusals.push('no space left');
    world.last.end(1);
    await pass(60_000);
    expect(world.problems()).toHaveLength(3);
  });
});

describe('a pod of our own apps', () => {
  it('is ready when the app says so', async () => {
    const pod = world.pod(app);
    await pod.start();
    world.last.say('{"ready":true,"ports":[3000]}', 'stderr');
    world.last.say('{"path":"/ready"}', 'stdout');
    expect(pod.observed).toMatchObject({ ready: false, address: '10.1.0.9', container: 'c0' });
    world.last.say('{"ready":true,"ports":[3000]}', 'stdout');
    expect(pod.observed.ready).toBe(true);
    expect(world.told()).toEqual(['pod-started']);
  });
});

describe('a pod whose image is not there', () => {
  it('has others not wait for it while the image comes from elsewhere', async () => {
    let answer: (result: ForeignImageResult) => void = () => {};
    world.find = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const pod = world.pod(declared);
    void pod.start();
    await pass(299);
    expect(pod.observed.waiting).toBe('ContainerCreating');
    await pass(1);
    expect(pod.observed.waiting).toBe('ImagePull');
    answer(image);
    await pass(0);
    expect(pod.observed).toMatchObject({ ready: true, address: '10.1.0.9' });
    expect(pod.observed).not.toHaveProperty('waiting');
  });

  it('is stood in for by its app, until the engine has the image', async () => {
    world.find = () => Promise.resolve(missing);
    const pod = world.pod(declared);
    await pod.start();
    world.last.say('{"ready":true,"ports":[3000]}', 'stdout');
    expect(pod.observed).toMatchObject({ ready: true, standIn: missing.reason });
    await pass(10_000);
    expect(world.running).toEqual(['calb-sim/node:1']);
    world.find = () => Promise.resolve(image);
    world.isThere = true;
    await pass(2000);
    expect(pod.observed.ready).toBe(false);
    await pass(400);
    expect(world.running).toEqual(['sha256:1']);
    expect(pod.observed).toMatchObject({ ready: true, container: 'c1' });
    expect(pod.observed).not.toHaveProperty('standIn');
    expect(pod.observed).not.toHaveProperty('restarts');
    expect(world.told()).toEqual(['pod-started', 'pod-stopped', 'pod-started']);
    await pass(10_000);
    expect(world.made).toHaveLength(2);
  });

  it('leaves nothing when it is stopped while its image takes over', async () => {
    world.find = () => Promise.resolve(missing);
    const pod = world.pod(declared);
    await pod.start();
    world.find = () => Promise.resolve(image);
    world.isThere = true;
    await pass(2000);
    const onStopped = vi.fn();
    void pod.stop({ force: true }).then(onStopped);
    await pass(399);
    expect(world.running).toEqual(['calb-sim/node:1']);
    expect(onStopped).not.toHaveBeenCalled();
    await pass(1);
    expect(onStopped).toHaveBeenCalled();
    expect(world.running).toEqual([]);
    await pass(10_000);
    expect(world.made).toHaveLength(1);
  });
});
