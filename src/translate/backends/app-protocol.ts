/** What an upstream speaks, as far as its declared protocol says. */
export interface UpstreamProtocol {
  readonly protocol: 'http1' | 'http2';
  /** WebSocket: HTTP/1.1 even where other backends of the cluster want HTTP/2. */
  readonly forcesHttp1: boolean;
}

const http2 = new Set(['kubernetes.io/h2c', 'gateway.envoyproxy.io/h2c', 'grpc']);
const webSocket = new Set([
  'kubernetes.io/ws',
  'kubernetes.io/wss',
  'gateway.envoyproxy.io/ws',
  'gateway.envoyproxy.io/wss',
]);

/** Protocol of a Service port's `appProtocol` or a Backend's `appProtocols`; HTTP/1.1 for everything else. */
export function upstreamProtocol(appProtocols: readonly (string | undefined)[]): UpstreamProtocol {
  const said = appProtocols.filter((protocol) => protocol !== undefined);
  return {
    protocol: said.some((protocol) => http2.has(protocol)) ? 'http2' : 'http1',
    forcesHttp1: said.some((protocol) => webSocket.has(protocol)),
  };
}
