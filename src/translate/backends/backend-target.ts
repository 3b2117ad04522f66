import type { Backend } from '../../gen/kinds/backend.ts';
import type { Service } from '../../gen/kinds/service.ts';
import type { Endpoint } from '../../model/cluster.ts';
import type { Resource } from '../../resources/resource.ts';
import type { TranslateContext } from '../context.ts';
import { keepIdentity } from '../keep-identity.ts';
import { hasSelector } from '../workloads/service-name.ts';
import { slicesOf } from '../workloads/slices.ts';
import { upstreamProtocol } from './app-protocol.ts';
import { backendEndpoints } from './backend-endpoints.ts';
import { serviceEndpoints } from './service-endpoints.ts';
import { surroundings } from './surroundings.ts';
import { type TlsJudgement, type TlsTarget, tlsPolicies } from './tls-policies.ts';

/** A backend that a reference may use, with what is behind it now. */
export interface BackendTarget {
  /** `service/ns/name/port` or `backend/ns/name`. */
  readonly id: string;
  readonly resource: Resource;
  /** `mixed`: names beside addresses, which Envoy cannot hold in one cluster. */
  readonly addressType: 'static' | 'fqdn' | 'mixed';
  readonly protocol: 'http1' | 'http2';
  readonly forcesHttp1: boolean;
  readonly isFallback: boolean;
  /** A Service with `trafficDistribution` or topology-aware routing. */
  readonly prefersLocal: boolean;
  readonly endpoints: readonly Endpoint[];
  /** Absent: plain text. `broken`: nothing may be sent to it. */
  readonly tls?: TlsJudgement;
}

type ServicePort = NonNullable<NonNullable<Service['spec']>['ports']>[number];

const targets = new WeakMap<TranslateContext, Map<string, BackendTarget>>();
const latest = new WeakMap<Resource, Map<string, BackendTarget>>();

/** A Service's port as a backend. */
export function serviceTarget(
  context: TranslateContext,
  service: Resource<Service>,
  port: ServicePort,
): BackendTarget {
  const { namespace, name, annotations } = service.object.metadata;
  const id = `service/${namespace}/${name}/${port.port}`;
  return remembered(context, id, service, () => {
    const slices = hasSelector(service) ? [] : slicesOf(service, context.resources);
    const topology = annotations?.['service.kubernetes.io/topology-mode']?.toLowerCase();
    return {
      id,
      resource: service,
      addressType: slices.some(({ object }) => object.addressType === 'FQDN') ? 'fqdn' : 'static',
      ...upstreamProtocol([port.appProtocol]),
      isFallback: false,
      prefersLocal: service.object.spec?.trafficDistribution !== undefined || topology === 'auto',
      endpoints: serviceEndpoints(service, port, surroundings(context), slices),
      ...tlsOf(context, { kind: 'Service', namespace: namespace ?? 'default', name, section: port.name }),
    };
  });
}

function tlsOf(context: TranslateContext, target: TlsTarget): { readonly tls?: TlsJudgement } {
  const policies = tlsPolicies(context);
  const policy = policies.inForce(target);
  return policy === undefined ? {} : { tls: policies.judge(policy) };
}

/** A Backend. */
export function backendTarget(context: TranslateContext, backend: Resource<Backend>): BackendTarget {
  const { metadata, spec } = backend.object;
  const id = `backend/${metadata.namespace}/${metadata.name}`;
  return remembered(context, id, backend, () => ({
    id,
    resource: backend,
    addressType: addressType(spec.endpoints ?? []),
    ...upstreamProtocol(spec.appProtocols ?? []),
    isFallback: spec.fallback === true,
    prefersLocal: false,
    endpoints: backendEndpoints(context, backend),
    ...tlsOf(context, { kind: 'Backend', namespace: metadata.namespace ?? 'default', name: metadata.name }),
  }));
}

function addressType(endpoints: NonNullable<Backend['spec']['endpoints']>): BackendTarget['addressType'] {
  const names = endpoints.filter(({ fqdn }) => fqdn !== undefined).length;
  if (names === 0) return 'static';
  return names === endpoints.length ? 'fqdn' : 'mixed';
}

/** One target for each context and id; unchanged ones keep their identity from one context to the next. */
function remembered(
  context: TranslateContext,
  id: string,
  resource: Resource,
  make: () => BackendTarget,
): BackendTarget {
  let ofContext = targets.get(context);
  if (ofContext === undefined) {
    ofContext = new Map();
    targets.set(context, ofContext);
  }
  const known = ofContext.get(id);
  if (known !== undefined) return known;
  let ofResource = latest.get(resource);
  if (ofResource === undefined) {
    ofResource = new Map();
    latest.set(resource, ofResource);
  }
  const target = keepIdentity(ofResource.get(id), make());
  ofContext.set(id, target);
  ofResource.set(id, target);
  return target;
}
