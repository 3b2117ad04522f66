import { expect, test } from 'vitest';
import type { SessionEvent } from '../../../src/session/events.ts';
import { initialState } from '../../../src/session/initial-state.ts';
import { Session } from '../../../src/session/session.ts';
import { createTranslator } from '../../../src/translate/build.ts';
import { sessionSettings } from '../../fixtures/session-settings.ts';

function session(onEvents: (events: readonly SessionEvent[]) => void): Session {
  const made = new Session(initialState(sessionSettings()), {
    now: () => 1000,
    observe: () => ({ proxies: [], pods: [], services: [] }),
    translate: createTranslator(),
    run: () => {},
  });
  made.subscribe(onEvents);
  return made;
}

test('an input that cannot be taken is said and left out; the others of its batch count', () => {
  const seen: SessionEvent[] = [];
  const tested = session((events) => seen.push(...events));
  const broken = { path: 'a.yaml', loaded: 'no loaded file' as never };
  tested.post({ type: 'problem', message: 'before', hint: '' });
  tested.post({ type: 'files-read', files: [broken], seenAtMs: 0 });
  tested.post({ type: 'problem', message: 'after', hint: '' });
  tested.flush();
  expect(seen.map((event) => event.type === 'Problem' && event.message)).toEqual([
    'before',
    expect.stringMatching(/failed at "files-read" .*goes on serving/),
    'after',
  ]);
  expect(seen.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test('listeners that left hear nothing more', () => {
  const seen: SessionEvent[] = [];
  const tested = session(() => {});
  const leave = tested.subscribe((events) => seen.push(...events));
  tested.post({ type: 'problem', message: 'heard', hint: '' });
  tested.flush();
  leave();
  tested.post({ type: 'problem', message: 'not heard', hint: '' });
  tested.flush();
  expect(seen).toHaveLength(1);
});
