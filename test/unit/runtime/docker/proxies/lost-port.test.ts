import { expect, it } from 'vitest';
import { lostPort } from '../../../../../src/runtime/docker/proxies/lost-port.ts';

it.each([
  [
    'driver failed programming external connectivity on endpoint x (y): Bind for 127.0.1.1:80 failed: port is already allocated',
    { address: '127.0.1.1', port: 80 },
  ],
  [
    'driver failed … Error starting userland proxy: listen tcp4 127.0.0.1:8099: bind: address already in use',
    { address: '127.0.0.1', port: 8099 },
  ],
  [
    'Error starting userland proxy: listen tcp6 [::1]:8099: bind: address already in use',
    { address: '::1', port: 8099 },
  ],
  [
    'failed to bind host port for 127.0.0.1:8080:10.1.2.3:80/tcp: address already in use',
    { address: '127.0.0.1', port: 8080 },
  ],
  ['No such image: calb-sim/envoy:1', undefined],
])('finds the port in what the engine says: %s', (message, socket) => {
  expect(lostPort(message)).toEqual(socket);
});
