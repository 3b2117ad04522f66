import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { registryLogin } from '../../../../../src/runtime/docker/images/registry-login.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calb-login-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function login(registry: string, config: object | string) {
  writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  return registryLogin(registry, { DOCKER_CONFIG: folder, PATH: `${folder}:${process.env.PATH ?? ''}` });
}

/** A program that keeps logins, and writes down what it was asked. */
function helper(name: string, answer: string): void {
  const path = join(folder, `docker-credential-${name}`);
  writeFileSync(path, `#!/bin/sh\n[ "$1" = get ] && cat > '${folder}/asked' && printf '%s' '${answer}'\n`);
  chmodSync(path, 0o755);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

test('a login out of the file; a password may hold a colon', async () => {
  const config = { auths: { 'r.example:5000': { auth: base64('me:pass:word') } } };
  expect(await login('r.example:5000', config)).toEqual({
    serveraddress: 'r.example:5000',
    username: 'me',
    password: 'pass:word',
  });
  expect(await login('other.example', config)).toBeUndefined();
});

test('the default registry has a name of its own', async () => {
  const config = { auths: { 'https://index.docker.io/v1/': { auth: base64('me:word') } } };
  expect(await login('docker.io', config)).toMatchObject({ username: 'me' });
});

test('a program that keeps logins', async () => {
  helper('test', JSON.stringify({ Username: 'me', Secret: 'word' }));
  expect(await login('r.example', { credHelpers: { 'r.example': 'test' } })).toEqual({
    serveraddress: 'r.example',
    username: 'me',
    password: 'word',
  });
  helper('test', JSON.stringify({ Username: '<token>', Secret: 'token' }));
  expect(await login('r.example', { credsStore: 'test' })).toEqual({
    serveraddress: 'r.example',
    identitytoken: 'token',
  });
});

test('what is missing or damaged is no login', async () => {
  expect(await login('r.example', 'no JSON')).toBeUndefined();
  expect(await login('r.example', { credsStore: 'not-installed' })).toBeUndefined();
  helper('silent', '');
  expect(await login('r.example', { credsStore: 'silent' })).toBeUndefined();
  expect(await registryLogin('r.example', { DOCKER_CONFIG: join(folder, 'none') })).toBeUndefined();
});
