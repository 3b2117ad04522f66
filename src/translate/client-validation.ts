import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Gateway } from '../gen/kinds/gateway.ts';
import type { ClientValidation } from '../model/listener.ts';
import { positionOf } from '../resources/position.ts';
import { type Path, type Resource, resourceName } from '../resources/resource.ts';
import { caBundle, joinPems } from './backends/ca-bundle.ts';
import type { Verdict } from './conditions.ts';
import type { TranslateContext } from './context.ts';
import { gatewayGroup, type ListenerFault, type ListenerPlace } from './listener.ts';

/** What an HTTPS listener asks of its clients' certificates. */
export interface JudgedClientValidation {
  readonly validation?: ClientValidation;
  readonly faults: readonly ListenerFault[];
}

type Frontend = NonNullable<NonNullable<Gateway['spec']['tls']>['frontend']>;
type Validation = NonNullable<Frontend['default']['validation']>;
type Reason = 'InvalidCACertificateRef' | 'InvalidCACertificateKind' | 'RefNotPermitted';

/** A reference that gives no certificate of an authority. */
interface WrongReference {
  readonly index: number;
  readonly reason: Reason;
  readonly message: string;
}

/** `spec.tls.frontend` of the Gateway, as it is for the listener's port. Listeners without TLS have no part in it. */
export function clientValidation(context: TranslateContext, place: ListenerPlace): JudgedClientValidation {
  const found = validationOf(place);
  if (place.spec.protocol !== 'HTTPS' || found === undefined) return { faults: [] };
  const { path, validation } = found;
  const pems: string[] = [];
  const wrong: WrongReference[] = [];
  validation.caCertificateRefs.forEach((reference, index) => {
    const judged = judge(context, place.gateway, reference);
    if ('pem' in judged) pems.push(judged.pem);
    else wrong.push({ index, ...judged });
  });
  return {
    ...(pems.length > 0 && {
      validation: {
        authorities: joinPems(pems),
        isRequired: validation.mode !== 'AllowInsecureFallback',
      },
    }),
    faults: faultsOf(place, path, wrong, pems.length > 0),
  };
}

/** `InsecureFrontendValidationMode`, where some port takes clients whatever their certificate says. */
export function insecureModeVerdicts({ object }: Resource<Gateway>): readonly Verdict[] {
  const { default: everywhere, perPort = [] } = object.spec.tls?.frontend ?? { default: {} };
  const all = [everywhere, ...perPort.map(({ tls }) => tls)];
  if (!all.some(({ validation }) => validation?.mode === 'AllowInsecureFallback')) return [];
  const message = 'Clients with an invalid certificate, or without one, are accepted';
  return [['InsecureFrontendValidationMode', 'True', 'ConfigurationChanged', message]];
}

/** That of the port; else the default. */
function validationOf({ gateway, spec }: ListenerPlace): { validation: Validation; path: Path } | undefined {
  const frontend = gateway.object.spec.tls?.frontend;
  if (frontend === undefined) return undefined;
  const index = (frontend.perPort ?? []).findIndex(({ port }) => port === spec.port);
  const ofPort = frontend.perPort?.[index]?.tls;
  const validation = (ofPort ?? frontend.default).validation;
  const path = ofPort === undefined ? ['default'] : ['perPort', index, 'tls'];
  return (
    validation && {
      validation,
      path: ['spec', 'tls', 'frontend', ...path, 'validation', 'caCertificateRefs'],
    }
  );
}

function judge(
  context: TranslateContext,
  { object }: Resource<Gateway>,
  { group, kind, name, namespace }: Validation['caCertificateRefs'][number],
): { readonly pem: string } | Omit<WrongReference, 'index'> {
  const own = object.metadata.namespace ?? 'default';
  const target = namespace ?? own;
  const isPermitted = context.permits({
    from: { group: gatewayGroup, kind: 'Gateway', namespace: own },
    to: { group, kind, namespace: target, name },
  });
  if (!isPermitted) {
    const message = `CA certificate ref to ${kind} ${target}/${name} not permitted by any ReferenceGrant`;
    return { reason: 'RefNotPermitted', message };
  }
  const bundle = caBundle(context, target, { group, kind, name });
  if (bundle.type === 'usable') return { pem: bundle.pem };
  const reason = bundle.reason === 'InvalidKind' ? 'InvalidCACertificateKind' : 'InvalidCACertificateRef';
  return { reason, message: bundle.message };
}

function faultsOf(
  { gateway, spec }: ListenerPlace,
  path: Path,
  wrong: readonly WrongReference[],
  isHarmless: boolean,
): readonly ListenerFault[] {
  const [first] = wrong;
  if (first === undefined) return [];
  const message = `${first.message}.`;
  const diagnostics = wrong.map(
    (one): Diagnostic =>
      diagnostic('CALB0243', {
        message: `Listener "${spec.name}": ${one.message}`,
        position: positionOf(gateway, [...path, one.index]),
        resource: resourceName(gateway),
        ...(isHarmless && { effect: 'certificates of this authority are not accepted' }),
      }),
  );
  const references: ListenerFault = {
    ...{ condition: 'ResolvedRefs', reason: first.reason, message, diagnostics },
    ...(isHarmless && { isHarmless }),
  };
  if (isHarmless) return [references];
  return [references, { condition: 'Accepted', reason: 'NoValidCACertificate', message, diagnostics: [] }];
}
