import { randomBytes } from 'node:crypto';
import type { ApiAccess } from '../../src/api/api-state.ts';
import type { Api } from '../../src/api/start-api.ts';
import { loadOrCreateCertificates } from '../../src/control-plane/certificates.ts';
import type { InstanceClaim } from '../../src/runtime/process/instances.ts';
import { stateText } from './state-text.ts';

/**
 * Opens the API's port. Port, token and certificate stay the same from one start to the next, where that can be: a
 * kubeconfig that was made once goes on working.
 */
export async function openAccess(api: Api, { stateFile, announce }: InstanceClaim): Promise<ApiAccess> {
  const certificates = await loadOrCreateCertificates(stateText(stateFile, 'control-plane.pem'));
  const kept = stateText(stateFile, 'api-token');
  const token = validToken(kept.read()) ?? randomBytes(32).toString('base64url');
  kept.write(token);
  const lastPort = stateText(stateFile, 'api-port');
  const { certificate, privateKey, caCertificate } = certificates;
  const preferredPort = Number(lastPort.read() ?? 0) || 0;
  const { port } = await api.listenTls({ certificate, privateKey, token, preferredPort });
  if (port !== preferredPort) lastPort.write(String(port));
  const server = `https://127.0.0.1:${port}`;
  announce({ apiUrl: server });
  return { server, caCertificate, token };
}

function validToken(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w-]{43}$/.test(text) ? text : undefined;
}
