import { existsSync, readFileSync } from 'node:fs';
import type { SampleApp, SampleAppOptions } from './sample-app.ts';

/** How a sample app is run as a program. */
export interface RunOptions {
  /** Its environment; by default the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Called once all its ports accept connections. */
  readonly onReady?: (app: SampleApp) => void;
}

/**
 * Runs one sample app as a program of its own, as a container does: settings and files come from the environment,
 * `ADDRESS` (default `0.0.0.0`) says where to bind, `PORTS` lists further ports. Ends on SIGINT or SIGTERM.
 */
export async function runFromEnvironment(
  start: (options: SampleAppOptions) => Promise<SampleApp>,
  { env: given = process.env, onReady = () => {} }: RunOptions = {},
): Promise<void> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) if (value !== undefined) env[name] = value;
  const files: Record<string, string> = {};
  for (const name of ['TLS_SERVER_CERT', 'TLS_SERVER_PRIVKEY', 'TLS_SERVER_PRIV_KEY', 'TLS_CLIENT_CACERTS']) {
    const path = env[name];
    if (path && existsSync(path)) files[path] = readFileSync(path, 'utf8');
  }
  const ports = (env.PORTS ?? '')
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
  try {
    const app = await start({
      address: env.ADDRESS ?? '0.0.0.0',
      env,
      ports,
      files,
      log: (line) => process.stdout.write(`${line}\n`),
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void app.close());
    onReady(app);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
