import { describe, expect, it } from 'vitest';
import { YamlDocument } from '../../../src/resources/yaml-document.ts';

// Expected values are those of Kubernetes' parser (sigs.k8s.io/yaml, a fork of go-yaml 2: resolve.go).
describe('numbers', () => {
  it.each([
    ['0', 0],
    ['-0', 0],
    ['12', 12],
    ['+12', 12],
    ['1_000', 1000],
    ['0_', 0],
    ['0644', 420],
    ['0o644', 420],
    ['-0644', -420],
    ['09', 9],
    ['0b101', 5],
    ['0x1F', 31],
    ['0X1f', 31],
    ['-0x1F', -31],
    ['1.5', 1.5],
    ['5.', 5],
    ['.5', 0.5],
    ['-.5e3', -500],
    ['1e3', 1000],
    ['1E-2', 0.01],
    ['1.5e+2', 150],
    ['.inf', Number.POSITIVE_INFINITY],
  ])('%s is a number', (text, number) => {
    expect(new YamlDocument(`a: ${text}`).toValue()).toEqual({ a: number });
  });

  it.each([
    'e0',
    'E5',
    '.',
    '-.',
    '+',
    '.e1',
    '._',
    '0x',
    '0x_',
    '0b2',
    '0o8',
    '1e',
    '12:30',
    '1.2.3',
    '10s',
  ])('%s is text, also as a key', (text) => {
    expect(new YamlDocument(`a: ${text}\n${text}: b`).toValue()).toEqual({ a: text, [text]: 'b' });
  });
});
