import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { formatSocketAddress, type SocketAddress } from '../../model/address.ts';
import { processCommand } from '../process/process-identity.ts';

/** Who listens on a port, as far as this user may know. */
export interface PortHolder {
  /** Address that it listens on: `0.0.0.0` and `::` take the port on every address. */
  readonly address: string;
  readonly port: number;
  readonly pid?: number;
  readonly command?: string;
}

/**
 * Who keeps `wanted` from being bound; `undefined` when nobody is found or the platform does not tell (only Linux's
 * `/proc` is read).
 */
export function findPortHolder(wanted: SocketAddress): PortHolder | undefined {
  const listening = [...listeners('/proc/net/tcp'), ...listeners('/proc/net/tcp6')].filter(
    ({ address, port }) => port === wanted.port && overlaps(address, wanted.address),
  );
  // The exact address says more than a wildcard.
  const entry = listening.find(({ address }) => address === wanted.address) ?? listening[0];
  if (entry === undefined) return undefined;
  const { address, port, inode } = entry;
  const pid = findSocketOwner(inode);
  return pid === undefined ? { address, port } : { address, port, pid, command: processCommand(pid) };
}

/** `127.0.0.1:8080 is held by pid 4711 (python3 -m http.server)`. */
export function describeHolder(wanted: SocketAddress, holder: PortHolder | undefined): string {
  const socket = formatSocketAddress(wanted);
  if (holder === undefined) return `${socket} is held by another program`;
  const where = holder.address === wanted.address ? '' : `, listening on ${formatSocketAddress(holder)}`;
  if (holder.pid === undefined) return `${socket} is held by a program of another user${where}`;
  const command =
    holder.command === undefined || holder.command === '' ? '' : ` (${shorten(holder.command)})`;
  return `${socket} is held by pid ${holder.pid}${command}${where}`;
}

/** Whether the holder has the port on all addresses, so that moving to another one cannot help. */
export function isWildcard(holder: PortHolder): boolean {
  return holder.address === '0.0.0.0' || holder.address === '::';
}

function shorten(command: string): string {
  return command.length > 60 ? `${command.slice(0, 57)}...` : command;
}

function overlaps(listening: string, wanted: string): boolean {
  // `::` takes IPv4 as well unless IPV6_V6ONLY is set, which /proc does not tell: a bind that failed says that it does.
  if (listening === wanted || listening === '::') return true;
  return listening === '0.0.0.0' && !wanted.includes(':');
}

interface Listening {
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

const listenState = '0A';

function listeners(table: string): readonly Listening[] {
  let text: string;
  try {
    text = readFileSync(table, 'utf8');
  } catch {
    return [];
  }
  const found: Listening[] = [];
  for (const line of text.split('\n').slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== listenState || local === undefined || inode === undefined) continue;
    const [address, port] = local.split(':');
    if (address === undefined || port === undefined) continue;
    found.push({ address: decodeAddress(address), port: Number.parseInt(port, 16), inode });
  }
  return found;
}

/** The kernel prints each 32-bit word of an address in the machine's byte order (little endian on all our platforms). */
function decodeAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    [...(word.match(/../g) ?? [])].reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  if (bytes.length === 4) return bytes.join('.');
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (isMapped) return bytes.slice(12).join('.');
  if (bytes.every((byte) => byte === 0)) return '::';
  if (bytes.slice(0, 15).every((byte) => byte === 0)) return `::${bytes[15]?.toString(16)}`;
  return hex.toLowerCase();
}

function findSocketOwner(inode: string): number | undefined {
  const link = `socket:[${inode}]`;
  for (const pid of entries('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const fd of entries(`/proc/${pid}/fd`)) {
      try {
        if (readlinkSync(`/proc/${pid}/fd/${fd}`) === link) return Number(pid);
      } catch {
        // The file was closed meanwhile.
      }
    }
  }
  return undefined;
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
