import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What gets an address of its own. */
export type AddressOwner = `${'gateway' | 'pod' | 'service'}/${string}/${string}`;

/** @param stateFile where addresses that had to move are remembered; made when first needed. */
export interface AddressBookOptions {
  readonly instance: string;
  readonly stateFile: string;
  /** There is no other address than 127.0.0.1: all share it. */
  readonly isSingleAddress?: boolean;
}

/** The loopback address that every system has. */
const sharedAddress = '127.0.0.1';

/**
 * Gives addresses out of 127.0.0.0/8. An address follows from instance, kind, namespace and name, so it is the same on
 * every run; only where another owner or program had it is the next one taken, and that is remembered in the state file.
 */
export class AddressBook {
  readonly #options: AddressBookOptions;
  readonly #owners = new Map<string, AddressOwner>();
  readonly #addresses = new Map<AddressOwner, string>();
  readonly #moved: Map<string, string>;

  constructor(options: AddressBookOptions) {
    this.#options = options;
    this.#moved = new Map(Object.entries(readState(options.stateFile)));
  }

  /** The owner's address: the one that it has, the one remembered, or the one that follows from its name. */
  addressOf(owner: AddressOwner): string {
    if (this.#options.isSingleAddress) return sharedAddress;
    const current = this.#addresses.get(owner);
    if (current !== undefined) return current;
    const wanted = this.#moved.get(owner) ?? loopbackAddress(`${this.#options.instance}\0${owner}`);
    return this.#assign(owner, wanted);
  }

  /** Gives the owner the next address, because another program has a port on its present one. */
  move(owner: AddressOwner): string {
    if (this.#options.isSingleAddress) return sharedAddress;
    const current = this.addressOf(owner);
    this.release(owner);
    const address = this.#assign(owner, nextAddress(current));
    // Names of pods change with every template: remembering theirs would only let the file grow.
    if (!owner.startsWith('pod/')) {
      this.#moved.set(owner, address);
      writeState(this.#options.stateFile, Object.fromEntries(this.#moved));
    }
    return address;
  }

  /** Gives the address back; it is found again under the same name. */
  release(owner: AddressOwner): void {
    const address = this.#addresses.get(owner);
    if (address === undefined) return;
    this.#addresses.delete(owner);
    this.#owners.delete(address);
  }

  #assign(owner: AddressOwner, wanted: string): string {
    let address = wanted;
    while (this.#owners.has(address)) address = nextAddress(address);
    this.#owners.set(address, owner);
    this.#addresses.set(owner, address);
    return address;
  }
}

/**
 * 127.B.C.D from a text. B starts at 1, which keeps clear of 127.0.0.1, Debian's 127.0.1.1 and systemd's 127.0.0.53;
 * D is neither 0 nor 255.
 */
function loopbackAddress(text: string): string {
  const [b = 0, c = 0, d = 0] = createHash('sha256').update(text).digest();
  return `127.${1 + (b % 254)}.${c}.${1 + (d % 254)}`;
}

function nextAddress(address: string): string {
  const [, b = 1, c = 0, d = 1] = address.split('.').map(Number);
  if (d < 254) return `127.${b}.${c}.${d + 1}`;
  if (c < 255) return `127.${b}.${c + 1}.1`;
  return `127.${b < 254 ? b + 1 : 1}.0.1`;
}

function readState(file: string): Readonly<Record<string, string>> {
  try {
    const state: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof state !== 'object' || state === null) return {};
    const isAddress = (value: unknown) => typeof value === 'string' && /^127(\.\d{1,3}){3}$/.test(value);
    return Object.fromEntries(Object.entries(state).filter(([, value]) => isAddress(value)));
  } catch {
    return {};
  }
}

/** Not being able to remember costs stable addresses, nothing else: no reason to fail. */
function writeState(file: string, state: Readonly<Record<string, string>>): void {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(draft, file);
  } catch {}
}
