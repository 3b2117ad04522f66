/** A port that someone refers to. */
export interface WantedPort {
  readonly port: number;
  /** HTTP/2 with prior knowledge is spoken there. */
  readonly isHttp2: boolean;
}

/** How a pod is told to serve its ports. */
export interface ServedPorts {
  readonly env: Readonly<Record<string, string>>;
  /** Beside those that the app serves by itself. */
  readonly ports: readonly number[];
}

/** Variables that make something else of echo than an HTTP server, with the variable of its port and what it is without. */
const modes = {
  GRPC_ECHO_SERVER: ['HTTP_PORT', 3000],
  TCP_ECHO_SERVER: ['TCP_PORT', 3000],
  UDP_ECHO_SERVER: ['UDP_PORT', 8080],
} as const;

/**
 * Ports that a simulated app must serve beside its own: echo serves `HTTP_PORT` (3000), `H2C_PORT` (3001) and, with a
 * certificate, `HTTPS_PORT` (8443). Where HTTP/2 is wanted on a port, `H2C_PORT` moves there, unless it was declared; a
 * gRPC server speaks nothing else anyway.
 */
export function appPorts(
  app: 'echo' | 'httpbin',
  declared: Readonly<Record<string, string>>,
  wanted: readonly WantedPort[],
): ServedPorts {
  const env = { ...declared };
  const own = new Set<number>();
  const mode = Object.entries(modes).find(([variable]) => (declared[variable] ?? '') !== '');
  if (app === 'echo' && mode !== undefined) {
    const [, [port, otherwise]] = mode;
    own.add(Number(env[port] ?? otherwise));
  } else if (app === 'echo') {
    const http2 = wanted.find(({ isHttp2 }) => isHttp2)?.port;
    const http = Number(env.HTTP_PORT ?? 3000);
    if (http2 !== undefined && env.H2C_PORT === undefined && http2 !== 3001) {
      env.H2C_PORT = String(http2);
      if (http2 === http && env.HTTP_PORT === undefined) env.HTTP_PORT = '3001';
    }
    own.add(Number(env.HTTP_PORT ?? 3000));
    own.add(Number(env.H2C_PORT ?? 3001));
  }
  if (app === 'echo') {
    if (env.TLS_SERVER_CERT !== undefined) own.add(Number(env.HTTPS_PORT ?? 8443));
  }
  const ports = [...new Set(wanted.map(({ port }) => port))].filter((port) => port > 0 && !own.has(port));
  return { env, ports: ports.sort((a, b) => a - b) };
}
