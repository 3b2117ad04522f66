import type { JudgedListener } from './listener.ts';
import type { GatewayIndex } from './parents.ts';

/** Name of the model listener that serves a Gateway's port: `namespace/gateway/port`. */
export function portName({ gateway, port }: JudgedListener): string {
  const { namespace = 'default', name } = gateway.object.metadata;
  return `${namespace}/${name}/${port}`;
}

/** Name of the route table of a listener: HTTP listeners of a port share one, each HTTPS listener has its own. */
export function tableName(listener: JudgedListener): string {
  const port = portName(listener);
  return listener.protocol === 'HTTPS' ? `${port}/${listener.label}` : port;
}

const known = new WeakMap<JudgedListener, readonly JudgedListener[]>();

/** The accepted listeners of a listener's port, itself included, in the Gateway's order: they divide its host names. */
export function portPeers(gateways: GatewayIndex, listener: JudgedListener): readonly JudgedListener[] {
  let peers = known.get(listener);
  if (peers === undefined) {
    const { namespace = 'default', name } = listener.gateway.object.metadata;
    const all = gateways.get(`${namespace}/${name}`)?.listeners ?? [];
    peers = all.filter(({ isAccepted, port }) => isAccepted && port === listener.port);
    known.set(listener, peers);
  }
  return peers;
}
