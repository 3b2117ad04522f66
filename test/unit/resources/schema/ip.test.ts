import { isIP as nodeIsIP } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isCIDR, isIP } from '../../../../src/resources/schema/ip.ts';

it('knows IP addresses as Node does', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended());
  fc.assert(
    fc.property(address, fc.nat(45), fc.constantFrom('', ':', '.', '0', 'g', '::'), (text, at, inserted) => {
      const changed = text.slice(0, at) + inserted + text.slice(at);
      expect({ changed, is: isIP(changed) }).toEqual({ changed, is: nodeIsIP(changed) !== 0 });
    }),
    { numRuns: 2000 },
  );
});

it('knows CIDRs', () => {
  for (const good of ['10.0.0.0/8', '0.0.0.0/0', '2001:db8::/32', '::/128']) expect(isCIDR(good)).toBe(true);
  for (const bad of ['10.0.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/8/8', '10.0.0.0/08', 'x/8']) {
    expect(isCIDR(bad)).toBe(false);
  }
});
