let next = 1;

/** A loopback address that no other test of this process uses, so that well-known ports do not collide. */
export function freeAddress(): string {
  const mine = next++;
  return `127.${100 + (process.pid % 100)}.${Math.floor(process.pid / 100) % 250}.${mine}`;
}
