import { isIP, isIPv4, isIPv6 } from './ip.ts';

/** Checks of `format`s that Kubernetes enforces in schemas; the text says what is expected. */
export const formats: Readonly<
  Record<string, { readonly expected: string; readonly test: (text: string) => boolean }>
> = {
  'date-time': {
    expected: 'a time like 2026-01-31T09:00:00Z',
    test: (text) =>
      /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i.test(text) &&
      !Number.isNaN(Date.parse(text)),
  },
  byte: {
    expected: 'base64',
    test: isBase64,
  },
  ipv4: { expected: 'an IPv4 address', test: isIPv4 },
  ipv6: { expected: 'an IPv6 address', test: isIPv6 },
  ip: { expected: 'an IP address', test: isIP },
  quantity: {
    expected: 'a quantity like 500m, 2 or 1Gi',
    test: (text) => /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/.test(text),
  },
};

/** Standard base64 with padding; line breaks are allowed, as Go's decoder does. */
export function isBase64(text: string): boolean {
  const compact = text.replace(/[\r\n]/g, '');
  return compact.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(compact);
}
