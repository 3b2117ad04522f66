import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PodProbes } from '../../../../../src/runtime/docker/pods/pod-probes.ts';
import type { PodImage, PodProbe } from '../../../../../src/runtime/pod-image.ts';

const probe = (port: number, more: Partial<PodProbe> = {}): PodProbe => ({
  check: { type: 'tcp', port },
  ...{ initialDelayMs: 0, periodMs: 1000, timeoutMs: 1000, successThreshold: 1, failureThreshold: 3 },
  ...more,
});

/** Ports that answer by now. */
const open = new Set<number>();
const said: string[] = [];

function watch(image: Partial<PodImage>): PodProbes {
  return new PodProbes({
    image,
    check: async ({ check }) => check.type === 'tcp' && open.has(check.port),
    onReady: (isReady) => said.push(isReady ? 'ready' : 'unready'),
    onDead: (which) => said.push(`dead: ${which}`),
  });
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('probes of a pod', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    open.clear();
    said.length = 0;
  });
  afterEach(() => vi.useRealTimers());

  it('make it ready at once where there is none', () => {
    watch({});
    expect(said).toEqual(['ready']);
  });

  it('make it ready at the first success, and unready at the third failure in a row', async () => {
    const probes = watch({ readinessProbe: probe(1) });
    await pass(1500);
    expect(said).toEqual([]);
    open.add(1);
    await pass(1000);
    expect(said).toEqual(['ready']);
    open.clear();
    await pass(2000);
    open.add(1);
    await pass(1000);
    open.clear();
    await pass(2000);
    expect(said).not.toContain('unready');
    await pass(1000);
    expect(said.at(-1)).toBe('unready');
    probes.stop();
  });

  it('make it ready soon after it answers, however long their period is', async () => {
    watch({ readinessProbe: probe(1, { periodMs: 10_000 }) });
    await pass(1100);
    open.add(1);
    await pass(250);
    expect(said).toEqual(['ready']);
  });

  it('do not ask for more than once a period after that', async () => {
    const check = vi.fn(async () => true);
    const readinessProbe = probe(1, { periodMs: 10_000, successThreshold: 3 });
    const probes = new PodProbes({ image: { readinessProbe }, check, onReady: () => {}, onDead: () => {} });
    await pass(20_000);
    expect(check).toHaveBeenCalledTimes(3);
    probes.stop();
  });

  it('give a program a period to begin, though a single failure would end it', async () => {
    watch({ livenessProbe: probe(1, { failureThreshold: 1 }) });
    await pass(999);
    open.add(1);
    await pass(60_000);
    expect(said).toEqual(['ready']);
    open.clear();
    await pass(1000);
    expect(said).toEqual(['ready', 'dead: liveness']);
  });

  it.each(['startup', 'liveness'] as const)(
    'call it dead after as many periods as the %s probe may fail',
    async (which) => {
      watch({ [`${which}Probe`]: probe(1, { periodMs: 2000, failureThreshold: 2 }) });
      await pass(3900);
      expect(said).not.toContain(`dead: ${which}`);
      await pass(200);
      expect(said).toContain(`dead: ${which}`);
    },
  );

  it('wait for the startup probe, which then is asked no more', async () => {
    watch({
      startupProbe: probe(1, { failureThreshold: 30 }),
      readinessProbe: probe(2),
      livenessProbe: probe(2),
    });
    open.add(2);
    await pass(5000);
    expect(said).toEqual([]);
    open.add(1);
    await pass(1001);
    expect(said).toEqual(['ready']);
    open.delete(1);
    await pass(60_000);
    expect(said).toEqual(['ready']);
  });

  it.each(['startup', 'liveness'] as const)(
    'call it dead when the %s probe fails too often, once',
    async (which) => {
      watch({ [`${which}Probe`]: probe(1, { initialDelayMs: 500 }) });
      await pass(2400);
      expect(said.filter((word) => word.startsWith('dead'))).toEqual([]);
      await pass(60_000);
      expect(said.filter((word) => word.startsWith('dead'))).toEqual([`dead: ${which}`]);
    },
  );

  it('say nothing after they were stopped', async () => {
    const probes = watch({ readinessProbe: probe(1) });
    open.add(1);
    probes.stop();
    await pass(5000);
    expect(said).toEqual([]);
  });
});
