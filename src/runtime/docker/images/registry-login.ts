import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../process/run-directory.ts';

/** What a registry is shown, as the `X-Registry-Auth` header takes it (Docker Engine API, "Authentication"). */
export interface RegistryLogin {
  readonly serveraddress: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
}

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string }>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

/** How long a program that keeps logins may take. */
const helperTimeoutMs = 5000;

/** What the default registry is called in the client's configuration. */
const defaultRegistry = 'https://index.docker.io/v1/';

/**
 * The person's own `docker login` at a registry, as the client keeps it: in `config.json` or with a
 * `docker-credential-…` program. `undefined` where there is none.
 */
export async function registryLogin(registry: string, env: Environment): Promise<RegistryLogin | undefined> {
  const config = readConfig(env);
  const key = registry === 'docker.io' ? defaultRegistry : registry;
  const helper = config.credHelpers?.[key] ?? config.credHelpers?.[registry] ?? config.credsStore;
  const kept = helper === undefined ? undefined : await askHelper(helper, key, env);
  return kept ?? fileLogin(config, key);
}

function readConfig(env: Environment): DockerConfig {
  try {
    const folder = env.DOCKER_CONFIG || join(homedir(), '.docker');
    return JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
  } catch {
    // Most machines have none; a damaged one is the client's to complain about.
    return {};
  }
}

function fileLogin({ auths = {} }: DockerConfig, key: string): RegistryLogin | undefined {
  const entry = auths[key] ?? auths[`https://${key}`];
  if (entry?.identitytoken) return { serveraddress: key, identitytoken: entry.identitytoken };
  const [username, ...password] = Buffer.from(entry?.auth ?? '', 'base64')
    .toString('utf8')
    .split(':');
  return username ? { serveraddress: key, username, password: password.join(':') } : undefined;
}

function askHelper(helper: string, key: string, env: Environment): Promise<RegistryLogin | undefined> {
  return new Promise((resolve) => {
    const done = (error: unknown, stdout: string) => resolve(error ? undefined : helperLogin(key, stdout));
    const child = execFile(
      `docker-credential-${helper}`,
      ['get'],
      { env: { ...env }, timeout: helperTimeoutMs },
      done,
    );
    child.stdin?.on('error', () => {}).end(key);
  });
}

function helperLogin(serveraddress: string, text: string): RegistryLogin | undefined {
  try {
    const { Username, Secret } = JSON.parse(text) as { readonly Username: string; readonly Secret: string };
    if (Username === '<token>') return { serveraddress, identitytoken: Secret };
    return { serveraddress, username: Username, password: Secret };
  } catch {
    return undefined;
  }
}
