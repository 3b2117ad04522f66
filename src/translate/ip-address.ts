/** 4 or 6 for an IP address (IPv6 without brackets or zone), 0 for anything else. */
export function ipVersion(text: string): 0 | 4 | 6 {
  if (/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text)) return 4;
  return isIpv6(text) ? 6 : 0;
}

/** Whether an address or name is this machine's own: 127.0.0.0/8, `::1`, `localhost`. These are passed through. */
export function isLoopback(addressOrName: string): boolean {
  const name = addressOrName.toLowerCase().replace(/\.$/, '');
  if (name === 'localhost' || name === '::1') return true;
  if (ipVersion(name) === 4) return name.startsWith('127.');
  return ipVersion(name) === 6 && /^(?:0{0,4}:)+0{0,3}1$/.test(name);
}

function isIpv6(text: string): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(':')) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const hasIpv4 = last.includes('.');
  if (hasIpv4 && ipVersion(last) !== 4) return false;
  const hex = hasIpv4 ? groups.slice(0, -1) : groups;
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = hex.length + (hasIpv4 ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}
