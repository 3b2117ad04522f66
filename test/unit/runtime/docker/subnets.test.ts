import { describe, expect, it } from 'vitest';
import { SubnetAddresses, subnetsFor } from '../../../../src/runtime/docker/subnets.ts';

const first = (name: string) => {
  const [subnet] = subnetsFor(name);
  if (subnet === undefined) throw new Error('there is no subnet');
  return subnet;
};

describe('subnets', () => {
  it('follow from the name, lie in the private range, and go on to others', () => {
    expect(first('calb-sim-demo-team-a').cidr).toBe(first('calb-sim-demo-team-a').cidr);
    expect(first('calb-sim-demo-team-a').cidr).not.toBe(first('calb-sim-demo-team-b').cidr);
    const all = [...subnetsFor('any')];
    expect(new Set(all.map(({ cidr }) => cidr)).size).toBe(all.length);
    for (const { cidr } of all) expect(cidr).toMatch(/^10\.(8[6-9]|9[0-5])\.\d+\.0\/24$/);
  });
});

describe('addresses of a subnet', () => {
  it('stay with their owners, are given once, and come back', () => {
    const addresses = new SubnetAddresses(first('one'));
    const given = Array.from({ length: 238 }, (_, index) => addresses.addressFor(`pod/${index}`));
    expect(new Set(given).size).toBe(238);
    expect(addresses.addressFor('pod/7')).toBe(given[7]);
    expect(() => addresses.addressFor('one more')).toThrow(/in use/);
    addresses.release('pod/7');
    expect(addresses.addressFor('one more')).toBe(given[7]);
  });

  it('are the same for the same owner on every run', () => {
    const address = () => new SubnetAddresses(first('one')).addressFor('pod/a');
    expect(address()).toBe(address());
  });
});
