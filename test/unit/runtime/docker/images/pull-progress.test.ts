import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { noPaint } from '../../../../../cli/output/colors.ts';
import { pullFigures, pullLines } from '../../../../../cli/output/pull-lines.ts';
import { PullView } from '../../../../../cli/output/pull-view.ts';
import {
  type EngineMessage,
  engineMessages,
} from '../../../../../src/runtime/docker/images/engine-messages.ts';
import {
  advancePull,
  type PullProgress,
  startOfPull,
} from '../../../../../src/runtime/docker/images/pull-progress.ts';

const reference = 'envoyproxy/envoy:v1';
const room = { columns: 100, rows: 10, paint: noPaint };

const begin = (id: string): EngineMessage => ({ id, status: 'Pulling fs layer', progressDetail: {} });
const transfer = (id: string, current: number, total: number): EngineMessage => ({
  id,
  status: 'Downloading',
  progressDetail: { current, total },
});
const unpack = (id: string, current: number, total: number): EngineMessage => ({
  id,
  status: 'Extracting',
  progressDetail: { current, total },
});
const say = (id: string, status: string): EngineMessage => ({ id, status, progressDetail: {} });

/** The progress after messages that come one a second. */
function pullOf(...messages: readonly EngineMessage[]): PullProgress {
  const start = startOfPull(reference, 0);
  return messages.reduce((state, message, index) => advancePull(state, message, (index + 1) * 1000), start)
    .progress;
}

describe('a pull', () => {
  const started = [begin('aaaa'), begin('bbbb'), say('cccc', 'Already exists')];

  it('shows each layer', () => {
    const progress = pullOf(...started, transfer('aaaa', 10e6, 40e6), transfer('bbbb', 5e6, 20e6));
    expect(pullLines(progress, room)).toEqual([
      'Pulling envoyproxy/envoy:v1  25 % · 15.0 MB of 60.0 MB · 3.0 MB/s · 15 s left',
      '  aaaa █████░░░░░░░░░░░░░░░ transferring 10.0 MB of 40.0 MB',
      '  bbbb █████░░░░░░░░░░░░░░░ transferring 5.0 MB of 20.0 MB',
      '  cccc ✓ here already',
    ]);
  });

  it('says nothing of the whole before half of the sizes are known, then guesses, then knows', () => {
    const three = [begin('aaaa'), begin('bbbb'), begin('dddd')];
    expect(pullFigures(pullOf(...three))).toBe('3 layers · 0 B');
    expect(pullOf(...three, transfer('aaaa', 1e6, 10e6))).not.toHaveProperty('total');
    const half = pullOf(...three, transfer('aaaa', 1e6, 10e6), transfer('bbbb', 2e6, 20e6));
    expect(half).toMatchObject({ total: 45e6, isTotalExact: false });
    expect(pullFigures(half)).toBe('about 6 % · 3.0 MB of about 45.0 MB · 600.0 kB/s · about 70 s left');
    const all = pullOf(...three, ...['aaaa', 'bbbb', 'dddd'].map((id) => transfer(id, 1e6, 10e6)));
    expect(all).toMatchObject({ total: 30e6, isTotalExact: true, share: 0.1 });
  });

  it('tells unpacking from transferring, and never counts a byte twice', () => {
    const whole = [
      transfer('aaaa', 40e6, 40e6),
      say('aaaa', 'Verifying Checksum'),
      say('aaaa', 'Download complete'),
    ];
    const small = [transfer('bbbb', 20e6, 20e6), say('bbbb', 'Download complete')];
    const progress = pullOf(...started, ...whole, ...small, unpack('aaaa', 4e6, 40e6));
    expect(progress).toMatchObject({ done: 60e6, total: 60e6, share: 1 });
    expect(pullLines(progress, room)).toEqual([
      'Pulling envoyproxy/envoy:v1  100 % · 60.0 MB of 60.0 MB · unpacking, 1 of 3 layers',
      '  aaaa ██░░░░░░░░░░░░░░░░░░ unpacking 4.0 MB of 40.0 MB',
      '  bbbb ████████████████████ transferred',
      '  cccc ✓ here already',
    ]);
    const ended = pullOf(
      ...started,
      ...whole,
      ...small,
      say('aaaa', 'Pull complete'),
      say('bbbb', 'Pull complete'),
    );
    expect(pullLines(ended, room)).toEqual([
      'Pulling envoyproxy/envoy:v1  100 % · 60.0 MB of 60.0 MB · unpacked',
      '  aaaa ✓ done, 40.0 MB',
      '  bbbb ✓ done, 20.0 MB',
      '  cccc ✓ here already',
    ]);
  });

  it('begins a layer again whose transfer broke off', () => {
    const progress = pullOf(
      begin('aaaa'),
      transfer('aaaa', 10e6, 40e6),
      say('aaaa', 'Retrying in 5 seconds'),
    );
    expect(progress).toMatchObject({ done: 0, total: 40e6 });
    expect(progress.layers).toEqual([{ id: 'aaaa', phase: 'waiting', done: 0, total: 40e6 }]);
    expect(progress.bytesPerSecond).toBeGreaterThanOrEqual(0);
  });

  it('measures the rate over the last seconds', () => {
    let state = advancePull(startOfPull(reference, 0), begin('aaaa'), 0);
    for (let second = 1; second <= 20; second += 1) {
      const megabytes = second <= 10 ? second : 10 + (second - 10) * 3;
      state = advancePull(state, transfer('aaaa', megabytes * 1e6, 100e6), second * 1000);
    }
    expect(state.progress).toMatchObject({ bytesPerSecond: 3e6, secondsLeft: 20 });
  });

  it('has no figures for a layer that was never seen on its way', () => {
    const progress = pullOf(begin('aaaa'), say('aaaa', 'Pull complete'));
    expect(pullFigures(progress)).toBe('1 layer · 0 B');
    expect(pullOf({ status: 'Digest: sha256:1' }, { status: 'Pulling from x', id: 'v1' }).layers).toEqual([]);
  });

  it('keeps within the terminal', () => {
    const ids = ['aaaa', 'bbbb', 'cccc', 'dddd', 'eeee', 'ffff'];
    const progress = pullOf(...ids.map(begin), transfer('dddd', 1e6, 2e6), transfer('eeee', 1e6, 2e6));
    expect(pullLines(progress, { ...room, columns: 40, rows: 4 })).toEqual([
      'Pulling envoyproxy/envoy:v1  6 layers ·…',
      '  dddd ██████████░░░░░░░░░░ transferrin…',
      '  eeee ██████████░░░░░░░░░░ transferrin…',
      '  … and 4 more layers',
    ]);
  });
});

/** A stream that keeps what is written. */
function screen(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  const stream = { isTTY, columns: 80, rows: 24, write } as unknown as NodeJS.WriteStream;
  let nowMs = 0;
  const view = new PullView({ stream, paint: noPaint, now: () => nowMs });
  return {
    view,
    text: () => written.join(''),
    at: (ms: number) => {
      nowMs = ms;
    },
  };
}

describe('PullView', () => {
  /** 100 steps of one second. */
  function pull(show: (progress: PullProgress, ms: number) => void) {
    let state = advancePull(startOfPull(reference, 0), begin('aaaa'), 0);
    for (let percent = 1; percent <= 100; percent += 1) {
      state = advancePull(state, transfer('aaaa', percent * 1e6, 100e6), percent * 1000);
      show(state.progress, percent * 1000);
    }
  }

  test('writes one line for each ten per cent where there is no terminal', () => {
    const { view, text } = screen(false);
    pull((progress) => view.update(progress));
    view.finish(reference, 'pulled');
    const middle = [10, 20, 30, 40, 50, 60, 70, 80, 90].map(
      (percent) =>
        `Pulling ${reference}: ${percent} % · ${percent}.0 MB of 100.0 MB · 1.0 MB/s · ${100 - percent} s left`,
    );
    expect(text().trimEnd().split('\n')).toEqual([
      `Pulling ${reference} …`,
      ...middle,
      `Pulling ${reference}: 100 % · 100.0 MB of 100.0 MB · unpacking, 0 of 1 layer`,
      `Pulled ${reference} ✓ 100.0 MB in 100 s`,
    ]);
  });

  test('draws over what it drew on a terminal, and leaves one line', () => {
    const { view, text, at } = screen(true);
    pull((progress, ms) => {
      at(ms);
      view.update(progress);
    });
    view.finish(reference, 'failed');
    const drawings = text().split('\u001b[2A\u001b[J');
    expect(drawings).toHaveLength(101);
    expect(drawings[50]).toBe(
      [
        `Pulling ${reference}  51 % · 51.0 MB of 100.0 MB · 1.0 MB/s · 49 s left\n`,
        '  aaaa ██████████░░░░░░░░░░ transferring 51.0 MB of 100.0 MB\n',
      ].join(''),
    );
    expect(drawings.at(-1)).toBe(`Pulling ${reference} ✗ failed after 100.0 MB in 100 s\n`);
  });

  test('says nothing of an image that was there', () => {
    const { view, text } = screen(false);
    view.finish(reference, 'pulled');
    expect(text()).toBe('');
  });
});

test('messages of an engine may be cut anywhere', async () => {
  const text = readFileSync(new URL('./pull.jsonl', import.meta.url));
  const whole = text
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  for (const size of [1, 7, 100, text.length]) {
    const messages: EngineMessage[] = [];
    for await (const message of engineMessages(pieces(text, size))) messages.push(message);
    expect(messages).toEqual(whole);
  }
});

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
