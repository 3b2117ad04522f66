import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  coversHostname,
  hostnamesOn,
  intersectHostnames,
  ownerOfHostname,
} from '../../../src/translate/hostnames.ts';

const label = fc.constantFrom('a', 'b', 'foo', 'example', 'com');
const exact = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const wildcard = exact.map((name) => `*.${name}`);
const pattern = fc.oneof(exact, wildcard, fc.constantFrom('', '*'));

describe('host names', () => {
  it.each([
    ['*.example.com', 'foo.example.com', 'foo.example.com'],
    ['*.example.com', 'a.b.example.com', 'a.b.example.com'],
    ['*.example.com', 'example.com', undefined],
    ['*.example.com', 'anexample.com', undefined],
    ['*.example.com', '*.com', '*.example.com'],
    ['*.example.com', '*.other.com', undefined],
    ['*.example.com', '*.anexample.com', undefined],
    ['', '*.example.com', '*.example.com'],
    ['', '', '*'],
    ['a.com', 'b.com', undefined],
  ])('%s and %s have %s in common', (a, b, common) => {
    expect(intersectHostnames(a, b)).toBe(common);
    expect(intersectHostnames(b, a)).toBe(common);
  });

  it('means the names that both patterns mean', () => {
    fc.assert(
      fc.property(pattern, pattern, exact, (a, b, name) => {
        const common = intersectHostnames(a, b);
        const isInBoth = coversHostname(a, name) && coversHostname(b, name);
        expect(common !== undefined && coversHostname(common, name)).toBe(isInBoth);
      }),
      { numRuns: 2000 },
    );
  });

  it('covers transitively', () => {
    fc.assert(
      fc.property(pattern, pattern, exact, (wide, narrow, name) => {
        fc.pre(coversHostname(wide, narrow) && coversHostname(narrow, name));
        expect(coversHostname(wide, name)).toBe(true);
      }),
    );
  });

  it('takes the host names of the listener where a route has none', () => {
    expect(hostnamesOn('*.example.com', [])).toEqual(['*.example.com']);
    expect(hostnamesOn(undefined, [])).toEqual(['*']);
    expect(hostnamesOn('*.example.com', ['b.example.com', 'a.example.com', 'other.org'])).toEqual([
      'a.example.com',
      'b.example.com',
    ]);
  });

  it('belong to the most specific listener', () => {
    const listeners = [{}, { hostname: '*.com' }, { hostname: '*.b.com' }, { hostname: 'a.b.com' }];
    const owner = (name: string) => ownerOfHostname(name, listeners)?.hostname;
    expect(owner('a.b.com')).toBe('a.b.com');
    expect(owner('c.b.com')).toBe('*.b.com');
    expect(owner('*.b.com')).toBe('*.b.com');
    expect(owner('b.com')).toBe('*.com');
    expect(owner('b.org')).toBeUndefined();
  });

  it('prefers an exact name to a wildcard of the same length', () => {
    expect(ownerOfHostname('a.b', [{ hostname: '*.b' }, { hostname: 'a.b' }])?.hostname).toBe('a.b');
  });
});
