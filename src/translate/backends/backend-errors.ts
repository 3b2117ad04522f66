import type { Backend } from '../../gen/kinds/backend.ts';
import type { Path } from '../../resources/resource.ts';
import { ipVersion } from '../ip-address.ts';
import type { RefProblem } from '../rule-backends.ts';

/** Why a Backend is not accepted, in Envoy Gateway's words. `path` starts at the object. */
export interface BackendError {
  readonly reason: RefProblem['reason'];
  readonly message: string;
  readonly path: Path;
}

/** The first thing that keeps a Backend from being accepted (Envoy Gateway `internal/gatewayapi/backend.go`). */
export function backendError({ spec }: Backend): BackendError | undefined {
  const endpoints = spec.endpoints ?? [];
  if (spec.type === 'DynamicResolver' && endpoints.length > 0) {
    return {
      reason: 'InvalidBackendRef',
      message: 'DynamicResolver type cannot have endpoints specified',
      path: ['spec', 'endpoints'],
    };
  }
  for (const [index, endpoint] of endpoints.entries()) {
    const path = ['spec', 'endpoints', index];
    const { hostname, fqdn, ip } = endpoint;
    const error =
      (hostname === undefined ? undefined : nameError(hostname, 'hostname', [...path, 'hostname'])) ??
      (fqdn === undefined ? undefined : nameError(fqdn.hostname, 'FQDN', [...path, 'fqdn', 'hostname'])) ??
      (ip === undefined || ipVersion(ip.address) !== 0
        ? undefined
        : addressError(`IP address ${ip.address} is invalid`, [...path, 'ip', 'address']));
    if (error !== undefined) return error;
  }
  return undefined;
}

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const subdomain = new RegExp(`^${label}(?:\\.${label})*$`);

function nameError(hostname: string, typeName: string, path: Path): BackendError | undefined {
  if (ipVersion(hostname) !== 0) return addressError(`hostname ${hostname} is an IP address`, path);
  const name = hostname.replace(/\.$/, '');
  if (name.length > 253 || !subdomain.test(name)) {
    return addressError(`hostname ${hostname} is not a valid ${typeName}`, path);
  }
  return undefined;
}

function addressError(message: string, path: Path): BackendError {
  return { reason: 'InvalidAddress', message, path };
}
