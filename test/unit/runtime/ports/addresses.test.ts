import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AddressBook } from '../../../../src/runtime/ports/addresses.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calb-addresses-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const book = (instance = 'demo') =>
  new AddressBook({ instance, stateFile: join(folder, instance, 'a.json') });

describe('AddressBook', () => {
  it('gives the same address on every run, and another one to another instance, kind or name', () => {
    const address = book().addressOf('gateway/a/web');
    expect(book().addressOf('gateway/a/web')).toBe(address);
    const others = [
      book('other').addressOf('gateway/a/web'),
      book().addressOf('service/a/web'),
      book().addressOf('gateway/b/web'),
    ];
    expect(new Set([address, ...others]).size).toBe(4);
  });

  it('stays clear of addresses that have a meaning', () => {
    const addresses = book();
    for (let index = 0; index < 2000; index += 1) {
      const [a, b, , d] = addresses.addressOf(`pod/a/${index}`).split('.').map(Number);
      expect(a).toBe(127);
      expect(b).toBeGreaterThan(0);
      expect(d).toBeGreaterThan(0);
      expect(d).toBeLessThan(255);
    }
  });

  it('gives no address twice', () => {
    const addresses = book();
    const given = new Set<string>();
    for (let index = 0; index < 5000; index += 1) given.add(addresses.addressOf(`pod/a/${index}`));
    expect(given.size).toBe(5000);
  });

  it('remembers that an address had to move', () => {
    const addresses = book();
    const first = addresses.addressOf('gateway/a/web');
    const second = addresses.move('gateway/a/web');
    expect(second).not.toBe(first);
    expect(addresses.addressOf('gateway/a/web')).toBe(second);
    expect(book().addressOf('gateway/a/web')).toBe(second);
  });

  it('writes nothing as long as nothing moved, and does not remember pods', () => {
    const addresses = book();
    addresses.addressOf('gateway/a/web');
    addresses.move('pod/a/web-1');
    expect(existsSync(join(folder, 'demo'))).toBe(false);
  });

  it('lives with a damaged state file', () => {
    const address = book().addressOf('gateway/a/web');
    book().move('gateway/a/web');
    const file = join(folder, 'demo', 'a.json');
    for (const text of ['', '{', '[1]', 'null', '{"gateway/a/web": "10.0.0.1"}', '{"gateway/a/web": 7}']) {
      writeFileSync(file, text);
      expect(book().addressOf('gateway/a/web')).toBe(address);
    }
    expect(readFileSync(file, 'utf8')).toContain('7');
  });
});
