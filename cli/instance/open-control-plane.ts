import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ControlPlane, ControlPlaneEvent } from '../../src/control-plane/control-plane.ts';

export interface ControlPlaneOptions {
  /** A file of the instance's state folder: the certificates are kept beside it, so that only a first start makes them. */
  readonly stateFile: string;
  readonly onEvent: (event: ControlPlaneEvent) => void;
}

/** Starts the control plane with the instance's own certificates. It listens where the runtime wants it to. */
export async function openControlPlane({ stateFile, onEvent }: ControlPlaneOptions): Promise<ControlPlane> {
  const { loadOrCreateCertificates } = await import('../../src/control-plane/certificates.ts');
  const { startControlPlane } = await import('../../src/control-plane/server.ts');
  const path = join(dirname(stateFile), 'control-plane.pem');
  const certificates = await loadOrCreateCertificates({
    read: () => readIfThere(path),
    write: (text) => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(path, text, { mode: 0o600 });
    },
  });
  return startControlPlane({ certificates, onEvent });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
