import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HeldProblems } from '../../../../src/runtime/docker/held-problems.ts';
import type { RuntimeEvent } from '../../../../src/runtime/runtime-event.ts';

const problem = (message: string): RuntimeEvent => ({
  ...{ type: 'runtime-problem', message, hint: '', cause: undefined },
});
const exited: RuntimeEvent = {
  ...{ type: 'proxy-exited', tenant: 'a', willRestart: true, log: [], cause: undefined },
};

let told: RuntimeEvent[];
let held: HeldProblems;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  told = [];
  held = new HeldProblems((event) => told.push(event));
});
afterEach(() => {
  vi.useRealTimers();
});

test('tells a problem a moment later, and everything else at once', () => {
  held.tell(problem('one'));
  held.tell(exited);
  expect(told).toEqual([exited]);
  vi.advanceTimersByTime(300);
  expect(told).toEqual([exited, problem('one')]);
});

test('drops what follows from the loss of the engine', () => {
  held.tell(problem('before'));
  held.doubt();
  held.tell(problem('after'));
  vi.advanceTimersByTime(1000);
  held.drop();
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([]);
});

test('tells what was held back when the engine stays', () => {
  held.doubt();
  held.tell(problem('one'));
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(2000);
  expect(told).toEqual([problem('one')]);
});
