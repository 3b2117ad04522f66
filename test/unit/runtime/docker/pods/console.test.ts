import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunningContainer } from '../../../../../src/runtime/docker/containers.ts';
import { Console, type ConsoleKind } from '../../../../../src/runtime/docker/pods/console.ts';

const interactive: ConsoleKind = { stdin: true, stdinOnce: true, tty: true };

/** A container that writes what a test says. */
function fakeContainer() {
  const stdin = new PassThrough();
  let tell: (bytes: Uint8Array, stream: 'stdout' | 'stderr') => void = () => {};
  let endOutput: () => void = () => {};
  const sizes: string[] = [];
  const container = {
    stdin,
    onBytes: (listener: typeof tell) => {
      tell = listener;
    },
    outputEnded: new Promise<void>((resolve) => {
      endOutput = resolve;
    }),
    resize: ({ width, height }: { width: number; height: number }) => sizes.push(`${width}x${height}`),
  } as unknown as RunningContainer;
  const write = (text: string) => tell(Buffer.from(text), 'stdout');
  return { container, stdin, sizes, write, end: () => endOutput() };
}

function listener() {
  const heard: string[] = [];
  return { heard, listen: (bytes: Uint8Array) => void heard.push(Buffer.from(bytes).toString()) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('the console of a pod', () => {
  it('gives what an interactive program wrote to the first who comes, then what it writes', async () => {
    const console = new Console(interactive);
    const { container, write, end } = fakeContainer();
    console.begin(container);
    write('before');
    const [first, second] = [listener(), listener()];
    const attached = console.attach(first.listen);
    console.attach(second.listen);
    write('after');
    end();
    expect(await attached.ended).toEqual({});
    expect(first.heard).toEqual(['before', 'after']);
    expect(second.heard).toEqual(['after']);
  });

  it('gives the first who comes no line that was read in its log already', async () => {
    const console = new Console(interactive);
    const { container, write, end } = fakeContainer();
    console.begin(container);
    write('first\nsecond\nunfin');
    write('ished');
    console.logWasRead();
    const { heard, listen } = listener();
    const attached = console.attach(listen);
    write(' line\n');
    end();
    await attached.ended;
    expect(heard).toEqual(['unfinished', ' line\n']);
  });

  it('keeps nothing of a program that nobody talks to', async () => {
    const console = new Console();
    const { container, write } = fakeContainer();
    expect(() => console.attach(() => {})).toThrow('its container is not created yet');
    console.begin(container);
    write('before');
    const { heard, listen } = listener();
    const attached = console.attach(listen);
    write('after');
    await vi.advanceTimersByTimeAsync(0);
    attached.close();
    write('later');
    await vi.advanceTimersByTimeAsync(0);
    expect(heard).toEqual(['after']);
  });

  it('passes input and sizes on; its input ends with who was attached first', () => {
    const console = new Console(interactive);
    const { container, stdin, sizes } = fakeContainer();
    console.begin(container);
    const attached = console.attach(() => {});
    attached.write(Buffer.from('ls\n'));
    attached.resize({ width: 80, height: 24 });
    expect(String(stdin.read())).toBe('ls\n');
    expect(sizes).toEqual(['80x24']);
    attached.close();
    expect(stdin.writableEnded).toBe(true);
    attached.write(Buffer.from('nobody hears this'));
  });

  it('leaves out what a slow reader cannot take', async () => {
    const console = new Console();
    const { container, write } = fakeContainer();
    console.begin(container);
    let release: () => void = () => {};
    let count = 0;
    console.attach(() => {
      count += 1;
      return count > 1 ? undefined : new Promise<void>((resolve) => (release = resolve));
    });
    for (let index = 0; index < 2000; index += 1) write('x');
    await vi.advanceTimersByTimeAsync(0);
    expect(count).toBe(1);
    release();
    await vi.advanceTimersByTimeAsync(0);
    expect(count).toBe(1000);
  });

  it('is released when who came has gone, or nobody came for a while', async () => {
    const nobody = new Console(interactive);
    const onNobody = vi.fn();
    void nobody.released().then(onNobody);
    await vi.advanceTimersByTimeAsync(1999);
    expect(onNobody).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(onNobody).toHaveBeenCalled();

    const late = new Console(interactive);
    late.begin(fakeContainer().container);
    const onLate = vi.fn();
    void late.released().then(onLate);
    await vi.advanceTimersByTimeAsync(1000);
    const attached = late.attach(() => {});
    await vi.advanceTimersByTimeAsync(60_000);
    expect(onLate).not.toHaveBeenCalled();
    attached.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(onLate).toHaveBeenCalled();
    await late.released();
  });
});
