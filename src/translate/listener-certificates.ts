import { diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Secret } from '../gen/kinds/secret.ts';
import type { TlsSecret } from '../model/secret.ts';
import { positionOf } from '../resources/position.ts';
import { resourceName } from '../resources/resource.ts';
import type { TranslateContext } from './context.ts';
import {
  gatewayGroup,
  type ListenerFault,
  type ListenerPlace,
  type ListenerSpec,
  listenerPath,
} from './listener.ts';
import { serverCertificate } from './secrets.ts';

/** What a listener's `tls` gives. */
export interface ListenerCertificates {
  readonly secrets: readonly TlsSecret[];
  readonly faults: readonly ListenerFault[];
}

type CertificateRef = NonNullable<NonNullable<ListenerSpec['tls']>['certificateRefs']>[number];

interface RefFault {
  readonly reason: 'InvalidCertificateRef' | 'RefNotPermitted';
  readonly message: string;
  /** The field of the reference that is wrong. */
  readonly field: 'group' | 'kind' | 'name';
  readonly hint?: string;
}

/** Server certificates of an HTTPS listener. With at least one that works the listener serves. */
export function listenerCertificates(context: TranslateContext, place: ListenerPlace): ListenerCertificates {
  const { spec } = place;
  if (spec.protocol !== 'HTTPS') return { secrets: [], faults: [] };
  if (spec.tls === undefined) return invalid(place, 'Listener must have TLS set when protocol is HTTPS.');
  if (spec.tls.mode !== undefined && spec.tls.mode !== 'Terminate') {
    return invalid(place, `TLS ${spec.tls.mode} mode is not supported, TLS mode must be Terminate.`, 'mode');
  }
  const refs = spec.tls.certificateRefs ?? [];
  if (refs.length === 0) return invalid(place, 'Listener must have at least 1 TLS certificate ref');
  const secrets = new Map<string, TlsSecret>();
  const faults: (RefFault & { readonly index: number })[] = [];
  refs.forEach((ref, index) => {
    const found = resolve(context, place, ref);
    if ('reason' in found) faults.push({ ...found, index });
    else secrets.set(found.name, found);
  });
  if (faults.length === 0) return { secrets: [...secrets.values()], faults: [] };
  const isHarmless = secrets.size > 0;
  const texts = faults.map(({ index, message }) => `certificate refs ${index}: ${message}`).join(' ');
  const fault: ListenerFault = {
    condition: 'ResolvedRefs',
    reason: faults.every(({ reason }) => reason === 'RefNotPermitted')
      ? 'RefNotPermitted'
      : 'InvalidCertificateRef',
    message: `${isHarmless ? 'Some secrets are invalid' : 'No valid secrets exist'}: ${texts}`,
    isHarmless,
    diagnostics: faults.map(({ field, hint, index, message, reason }) =>
      diagnostic(reason === 'RefNotPermitted' ? 'CALB0207' : 'CALB0206', {
        message: `Listener "${spec.name}": ${message}`,
        position: positionOf(place.owner, listenerPath(place.index, 'tls', 'certificateRefs', index, field)),
        resource: resourceName(place.owner),
        ...(hint !== undefined && { hint }),
        ...(!isHarmless && { effect: 'this listener does not serve' }),
      }),
    ),
  };
  return { secrets: [...secrets.values()], faults: [fault] };
}

function resolve(
  context: TranslateContext,
  { owner }: ListenerPlace,
  ref: CertificateRef,
): TlsSecret | RefFault {
  const reason = 'InvalidCertificateRef';
  if (ref.group !== '') {
    const message = "Listener's TLS certificate ref group must be unspecified/empty.";
    return { reason, message, field: 'group' };
  }
  if (ref.kind !== 'Secret') {
    return { reason, message: "Listener's TLS certificate ref kind must be Secret.", field: 'kind' };
  }
  const own = owner.object.metadata.namespace ?? 'default';
  const namespace = ref.namespace ?? own;
  const isPermitted = context.permits({
    from: { group: gatewayGroup, kind: owner.object.kind, namespace: own },
    to: { group: '', kind: 'Secret', namespace, name: ref.name },
  });
  if (!isPermitted) {
    const message = `Certificate ref to secret ${namespace}/${ref.name} not permitted by any ReferenceGrant.`;
    return { reason: 'RefNotPermitted', message, field: 'name' };
  }
  const secret = context.resources.get<Secret>('Secret', namespace, ref.name);
  if (secret === undefined) return notFound(context, namespace, ref.name);
  const certificate = serverCertificate(secret);
  return certificate.type === 'usable'
    ? certificate.secret
    : { reason, message: certificate.message, field: 'name' };
}

function notFound({ resources }: TranslateContext, namespace: string, name: string): RefFault {
  const siblings = resources.list('Secret').filter(({ object }) => object.metadata.namespace === namespace);
  const near = didYouMean(
    name,
    siblings.map(({ object }) => object.metadata.name),
  );
  return {
    reason: 'InvalidCertificateRef',
    message: `Secret ${namespace}/${name} does not exist.`,
    field: 'name',
    ...(near !== undefined && { hint: `did you mean "${near}"?` }),
  };
}

function invalid(
  { owner, index, spec }: ListenerPlace,
  message: string,
  field?: string,
): ListenerCertificates {
  const path = listenerPath(index, 'tls', ...(field === undefined ? [] : [field]));
  const fault: ListenerFault = {
    condition: 'Programmed',
    reason: 'Invalid',
    message,
    diagnostics: [
      diagnostic('CALB0406', {
        message: `Listener "${spec.name}": ${message}`,
        position: positionOf(owner, path),
        resource: resourceName(owner),
      }),
    ],
  };
  return { secrets: [], faults: [fault] };
}
