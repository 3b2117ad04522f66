const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

/** Whether an endpoint's address is an IP address; host names have neither a colon nor four numbers. */
export function isIpAddress(address: string): boolean {
  return ipv4.test(address) || address.includes(':');
}
