import { formatPath, formatValue, type Issue } from '../issue.ts';
import { dnsSubdomain, obeys } from '../names.ts';
import { isIPv4, isIPv6 } from '../schema/ip.ts';
import type { KindCheck } from './kind-check.ts';

interface Slice {
  readonly addressType: 'FQDN' | 'IPv4' | 'IPv6';
  readonly endpoints: readonly { readonly addresses: readonly string[] }[];
}

const tests = {
  IPv4: isIPv4,
  IPv6: isIPv6,
  FQDN: (address: string) => obeys(dnsSubdomain, address),
} as const;

/** EndpointSlice: addresses are of the slice's type (pkg/apis/discovery/validation). */
export const checkEndpointSlice: KindCheck = (object) => {
  const slice = object.fields as unknown as Slice;
  const fits = tests[slice.addressType];
  const issues: Issue[] = [];
  for (const [index, endpoint] of slice.endpoints.entries()) {
    for (const [at, address] of endpoint.addresses.entries()) {
      if (fits(address)) continue;
      const path = ['endpoints', index, 'addresses', at];
      const message = `${formatPath(path)} is ${formatValue(address)}, which is not of addressType ${slice.addressType}`;
      const hint = 'correct the address, or put it into a slice of its own type';
      issues.push({ code: 'CALB0114', path, at: 'value', message, hint });
    }
  }
  return { ...object, issues };
};
