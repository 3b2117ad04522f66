import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Api, startApi } from '../../../../src/api/start-api.ts';
import { FakeState, object } from '../fake-state.ts';

/** Paths of pods. */
export const pods = '/api/v1/namespaces/shop/pods';

/** What asks for WebSocket. */
export const webSocketHeaders = {
  Upgrade: 'websocket',
  ...{ 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' },
};

const spec = { containers: [{ name: 'main', image: 'a' }] };

/** An API with one pod, `shop/web`. */
export interface ConnectBench {
  readonly api: Api;
  readonly state: FakeState;
  readonly socketPath: string;
  close(): Promise<void>;
}

export async function startConnectBench(): Promise<ConnectBench> {
  const folder = mkdtempSync(join(tmpdir(), 'connect-'));
  const socketPath = join(folder, 'api.sock');
  const state = new FakeState();
  state.objects = [object('Pod', 'v1', ['shop', 'web'], { spec })];
  const api = await startApi({ socketPath, state });
  return {
    ...{ api, state, socketPath },
    async close() {
      await api.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What a request to upgrade is answered with that is not taken. */
export function refusal(
  socketPath: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
) {
  return new Promise<{ status: number | undefined; body: Record<string, unknown> }>((resolve, reject) => {
    const request = httpRequest({ socketPath, path, method, headers: { Connection: 'Upgrade', ...headers } });
    request.on('error', reject).on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new Error('it was taken'));
    });
    request.on('response', async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode, body: JSON.parse(text) });
    });
    request.end();
  });
}
