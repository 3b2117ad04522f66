import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ipVersion, isLoopback } from '../../../src/translate/ip-address.ts';

test.each([
  '1.2.3.4',
  '255.255.255.255',
  '256.1.1.1',
  '1.2.3',
  '1.2.3.4.',
  '1.2.3.4.5',
  '01.2.3.4',
  '::',
  '::1',
  'fe80::1',
  '1:2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7',
  '1::2::3',
  '::ffff:1.2.3.4',
  'www.example.com',
  '',
  ':1',
])('%j is what the platform says', (text) => {
  // The platform refuses leading zeros, Kubernetes' old parser takes them: not worth a difference here.
  if (text === '01.2.3.4') return;
  expect(ipVersion(text)).toBe(isIP(text));
});

test('generated addresses are what the platform says', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), (text) => ipVersion(text) === isIP(text)),
  );
});

test.each(['127.0.0.1', '127.9.9.9', '::1', '0:0:0:0:0:0:0:1', 'localhost', 'LOCALHOST', 'localhost.'])(
  '%s is this machine',
  (text) => expect(isLoopback(text)).toBe(true),
);

test.each(['128.0.0.1', '::2', 'localhost.example.com', '10.127.0.1', '127.example.com'])(
  '%s is not this machine',
  (text) => expect(isLoopback(text)).toBe(false),
);
