import { expect, it } from 'vitest';
import { didYouMean } from '../../../src/diagnostics/did-you-mean.ts';

const fields = ['hostnames', 'parentRefs', 'rules', 'PathPrefix', 'Exact', 'RegularExpression'];

it.each([
  ['hostnmaes', 'hostnames'],
  ['HOSTNAMES', 'hostnames'],
  ['parentRef', 'parentRefs'],
  ['rule', 'rules'],
  ['Prefix', 'PathPrefix'],
  ['host', 'hostnames'],
  ['exakt', 'Exact'],
  ['zebra', undefined],
  ['', undefined],
  ['x', undefined],
])('%s → %s', (word, meant) => {
  expect(didYouMean(word, fields)).toBe(meant);
});
