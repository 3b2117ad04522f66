import type { ControlPlane, ControlPlaneEvent } from '../../src/control-plane/control-plane.ts';
import { stateText } from './state-text.ts';

export interface ControlPlaneOptions {
  /** A file of the instance's state folder: the certificates are kept beside it, so that only a first start makes them. */
  readonly stateFile: string;
  readonly onEvent: (event: ControlPlaneEvent) => void;
}

/** Starts the control plane with the instance's own certificates. It listens where the runtime wants it to. */
export async function openControlPlane({ stateFile, onEvent }: ControlPlaneOptions): Promise<ControlPlane> {
  const { loadOrCreateCertificates } = await import('../../src/control-plane/certificates.ts');
  const { startControlPlane } = await import('../../src/control-plane/server.ts');
  const certificates = await loadOrCreateCertificates(stateText(stateFile, 'control-plane.pem'));
  return startControlPlane({ certificates, onEvent });
}
