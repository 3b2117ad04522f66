import { describe, expect, test } from 'vitest';
import { stampConditions } from '../../../src/session/status-times.ts';

const earlier = '2026-01-31T09:00:00Z';
const later = '2026-01-31T10:00:00Z';

function condition(type: string, status: string) {
  return { type, status, reason: type, message: '' };
}

describe('stampConditions', () => {
  test('gives new conditions the time of now', () => {
    expect(stampConditions(undefined, { conditions: [condition('Accepted', 'True')] }, later)).toEqual({
      conditions: [{ ...condition('Accepted', 'True'), lastTransitionTime: later }],
    });
  });

  test('keeps the time while the status of a condition stays, whatever its reason', () => {
    const first = stampConditions(undefined, { conditions: [condition('Accepted', 'True')] }, earlier);
    const next = { conditions: [{ ...condition('Accepted', 'True'), reason: 'Other' }] };
    expect(stampConditions(first, next, later)).toEqual({
      conditions: [{ ...condition('Accepted', 'True'), reason: 'Other', lastTransitionTime: earlier }],
    });
  });

  test('changes the time of a condition whose status changes, and of no other', () => {
    const first = stampConditions(
      undefined,
      { conditions: [condition('Accepted', 'True'), condition('Programmed', 'False')] },
      earlier,
    );
    const next = { conditions: [condition('Accepted', 'True'), condition('Programmed', 'True')] };
    expect(stampConditions(first, next, later)).toEqual({
      conditions: [
        { ...condition('Accepted', 'True'), lastTransitionTime: earlier },
        { ...condition('Programmed', 'True'), lastTransitionTime: later },
      ],
    });
  });

  test('finds the conditions of listeners by name and of parents by their reference', () => {
    const listeners = (status: string) => ({
      listeners: [
        { name: 'a', conditions: [condition('Accepted', status)] },
        { name: 'b', conditions: [condition('Accepted', 'True')] },
      ],
    });
    const first = stampConditions(undefined, listeners('True'), earlier);
    const swapped = { listeners: [...listeners('False').listeners].reverse() };
    expect(stampConditions(first, swapped, later)).toMatchObject({
      listeners: [
        { name: 'b', conditions: [{ lastTransitionTime: earlier }] },
        { name: 'a', conditions: [{ lastTransitionTime: later }] },
      ],
    });
    const parent = (name: string) => ({ parentRef: { name }, conditions: [condition('Accepted', 'True')] });
    const route = stampConditions(undefined, { parents: [parent('x')] }, earlier);
    expect(stampConditions(route, { parents: [parent('y'), parent('x')] }, later)).toMatchObject({
      parents: [
        { conditions: [{ lastTransitionTime: later }] },
        { conditions: [{ lastTransitionTime: earlier }] },
      ],
    });
  });
});
