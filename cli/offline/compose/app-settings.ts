import type { DesiredPod } from '../../../src/runtime/runtime.ts';

/** What an app is told by its environment. */
export interface AppSettings {
  readonly env: Readonly<Record<string, string>>;
  /** Ports on which it is asked and, as it is published, does not listen. */
  readonly unserved: readonly number[];
}

/**
 * Settings with which the published app and the one that is made here do the same. Ours serves all of `PORTS`; those that
 * are published listen on one port for HTTP (`HTTP_PORT` of echo, `PORT` of httpbin), and echo on one for HTTP/2.
 */
export function appSettings({ app, env, ports }: DesiredPod, asked: ReadonlySet<number>): AppSettings {
  const all = { ...env, ...(ports.length > 0 && { PORTS: ports.join(',') }) };
  return app === 'echo' ? echoSettings(all, asked) : httpbinSettings(all, [...asked, ...ports]);
}

function echoSettings(env: Readonly<Record<string, string>>, asked: ReadonlySet<number>): AppSettings {
  const http2 = Number(env.H2C_PORT ?? 3001);
  const https = env.TLS_SERVER_CERT === undefined ? undefined : Number(env.HTTPS_PORT ?? 8443);
  const plain = [...asked].filter((port) => port !== http2 && port !== https).sort((a, b) => a - b);
  const declared = Number(env.HTTP_PORT ?? 3000);
  const [first = declared] = plain;
  const http = env.HTTP_PORT !== undefined || plain.includes(declared) ? declared : first;
  return {
    env: http === declared ? env : { ...env, HTTP_PORT: String(http) },
    unserved: plain.filter((port) => port !== http),
  };
}

function httpbinSettings(env: Readonly<Record<string, string>>, asked: readonly number[]): AppSettings {
  const port = Number(env.PORT ?? asked[0] ?? 8080);
  return {
    env: { ...env, PORT: String(port) },
    unserved: [...new Set(asked)].filter((other) => other !== port),
  };
}
