import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Gateway } from '../gen/kinds/gateway.ts';
import type { Secret } from '../gen/kinds/secret.ts';
import type { TlsSecret } from '../model/secret.ts';
import { positionOf } from '../resources/position.ts';
import { type Resource, resourceName } from '../resources/resource.ts';
import type { Verdict } from './conditions.ts';
import type { TranslateContext } from './context.ts';
import { gatewayGroup } from './listener.ts';
import { serverCertificate } from './secrets.ts';

/** The certificate that a Gateway shows to backends, or why there is none. */
export interface ClientCertificate {
  /** Absent: none is asked for, or it cannot be had. */
  readonly secret?: TlsSecret;
  /** `ResolvedRefs` of the Gateway, where it asks for one. */
  readonly verdicts: readonly Verdict[];
  readonly diagnostics: readonly Diagnostic[];
}

const none: ClientCertificate = { verdicts: [], diagnostics: [] };

const known = new WeakMap<TranslateContext['resources'], WeakMap<Resource<Gateway>, ClientCertificate>>();

/** `spec.tls.backend.clientCertificateRef` of a Gateway; made once for each set of resources. */
export function clientCertificate(context: TranslateContext, gateway: Resource<Gateway>): ClientCertificate {
  if (gateway.object.spec.tls?.backend?.clientCertificateRef === undefined) return none;
  const ofResources = known.get(context.resources) ?? new WeakMap<Resource<Gateway>, ClientCertificate>();
  known.set(context.resources, ofResources);
  const done = ofResources.get(gateway) ?? judge(context, gateway);
  ofResources.set(gateway, done);
  return done;
}

function judge(context: TranslateContext, gateway: Resource<Gateway>): ClientCertificate {
  const found = resolve(context, gateway);
  if ('privateKey' in found) {
    const message = 'Gateway references have been resolved';
    return { secret: found, verdicts: [['ResolvedRefs', 'True', 'ResolvedRefs', message]], diagnostics: [] };
  }
  const { message, reason } = found;
  return {
    verdicts: [['ResolvedRefs', 'False', reason, message]],
    diagnostics: [
      diagnostic('CALB0244', {
        message,
        position: positionOf(gateway, ['spec', 'tls', 'backend', 'clientCertificateRef']),
        resource: resourceName(gateway),
      }),
    ],
  };
}

interface Problem {
  readonly reason: 'InvalidClientCertificateRef' | 'RefNotPermitted';
  readonly message: string;
}

function resolve(context: TranslateContext, { object }: Resource<Gateway>): TlsSecret | Problem {
  const reference = object.spec.tls?.backend?.clientCertificateRef;
  const own = object.metadata.namespace ?? 'default';
  const { group = '', kind = 'Secret', name = '', namespace = own } = reference ?? {};
  const invalid = (message: string): Problem => ({ reason: 'InvalidClientCertificateRef', message });
  if (group !== '' || kind !== 'Secret') {
    const given = group === '' ? kind : `${kind}.${group}`;
    return invalid(`The client certificate ref must be a Secret of the core group, not ${given}.`);
  }
  const isPermitted = context.permits({
    from: { group: gatewayGroup, kind: 'Gateway', namespace: own },
    to: { group, kind, namespace, name },
  });
  if (!isPermitted) {
    const message = `The client certificate ref to Secret ${namespace}/${name} is not permitted by any ReferenceGrant.`;
    return { reason: 'RefNotPermitted', message };
  }
  const secret = context.resources.get<Secret>('Secret', namespace, name);
  if (secret === undefined) return invalid(`Secret ${namespace}/${name} does not exist.`);
  const certificate = serverCertificate(secret);
  return certificate.type === 'usable' ? certificate.secret : invalid(certificate.message);
}
