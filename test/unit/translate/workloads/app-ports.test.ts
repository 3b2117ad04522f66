import { describe, expect, test } from 'vitest';
import { appPorts } from '../../../../src/translate/workloads/app-ports.ts';

const http = (port: number) => ({ port, isHttp2: false });
const http2 = (port: number) => ({ port, isHttp2: true });

describe('ports of a simulated app', () => {
  test('those of echo need no saying, others do', () => {
    expect(appPorts('echo', {}, [http(3000), http(8080)])).toEqual({ env: {}, ports: [8080] });
    expect(appPorts('httpbin', {}, [http(80)])).toEqual({ env: {}, ports: [80] });
  });

  test('HTTP/2 is spoken where it is wanted, and HTTP/1.1 makes room', () => {
    expect(appPorts('echo', {}, [http2(3000)])).toEqual({
      env: { H2C_PORT: '3000', HTTP_PORT: '3001' },
      ports: [],
    });
    expect(appPorts('echo', { H2C_PORT: '9000' }, [http2(3000)])).toEqual({
      env: { H2C_PORT: '9000' },
      ports: [],
    });
  });

  test('a gRPC server keeps its port: it speaks nothing but HTTP/2', () => {
    const env = { GRPC_ECHO_SERVER: '1' };
    expect(appPorts('echo', env, [http2(3000)])).toEqual({ env, ports: [] });
    expect(appPorts('echo', env, [http2(9000)])).toEqual({ env, ports: [9000] });
    expect(appPorts('echo', { TCP_ECHO_SERVER: '1' }, [http(3000)])).toMatchObject({ ports: [] });
    expect(appPorts('echo', { GRPC_ECHO_SERVER: '' }, [http2(3000)]).env).toMatchObject({ H2C_PORT: '3000' });
  });

  test('with a certificate the port for it is its own', () => {
    expect(appPorts('echo', { TLS_SERVER_CERT: '/crt' }, [http(8443)]).ports).toEqual([]);
    expect(appPorts('echo', {}, [http(8443)]).ports).toEqual([8443]);
  });
});
