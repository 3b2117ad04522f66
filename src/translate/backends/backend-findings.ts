import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../diagnostics/did-you-mean.ts';
import type { Backend } from '../../gen/kinds/backend.ts';
import { positionOf } from '../../resources/position.ts';
import { type Path, type Resource, resourceName } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import { isLoopback } from '../ip-address.ts';
import { isHeadless, serviceOfName } from '../workloads/service-name.ts';
import { backendError } from './backend-errors.ts';

type BackendEndpoint = NonNullable<Backend['spec']['endpoints']>[number];

/** What is to be said about a Backend on its own, whoever refers to it. */
export function backendFindings(backend: Resource<Backend>, resources: Resources): readonly Diagnostic[] {
  const { spec } = backend.object;
  const error = backendError(backend.object);
  return [
    ...(error === undefined ? [] : [at(backend, 'CALB0225', error.path, error.message)]),
    ...(spec.tls === undefined
      ? []
      : [
          at(
            backend,
            'CALB0424',
            ['spec', 'tls'],
            'TLS to backends is not simulated yet: plain text is sent',
          ),
        ]),
    ...(spec.endpoints ?? []).flatMap((endpoint, index) => [
      ...localFindings(backend, endpoint, index),
      ...nameFindings(backend, endpoint, index, resources),
    ]),
  ];
}

/** Addresses that production would refuse (Envoy Gateway takes them with host infrastructure only). */
function localFindings(
  backend: Resource<Backend>,
  { ip, fqdn, unix }: BackendEndpoint,
  index: number,
): readonly Diagnostic[] {
  const path = ['spec', 'endpoints', index];
  if (ip !== undefined && isLoopback(ip.address)) {
    return [
      at(backend, 'CALB0427', [...path, 'ip', 'address'], `${ip.address} is this machine's own address`),
    ];
  }
  if (fqdn !== undefined && isLoopback(fqdn.hostname)) {
    return [
      at(backend, 'CALB0427', [...path, 'fqdn', 'hostname'], `${fqdn.hostname} is this machine's own name`),
    ];
  }
  if (unix !== undefined) {
    return [
      at(
        backend,
        'CALB0427',
        [...path, 'unix'],
        'unix sockets are not supported in backendRefs of routes there',
      ),
    ];
  }
  return [];
}

/** Names of Services: a port that the Service has not, or a Service that does not exist. */
function nameFindings(
  backend: Resource<Backend>,
  { fqdn }: BackendEndpoint,
  index: number,
  resources: Resources,
): readonly Diagnostic[] {
  if (fqdn === undefined) return [];
  const path = ['spec', 'endpoints', index, 'fqdn'];
  const service = serviceOfName(resources, fqdn.hostname);
  if (service === undefined) return missingService(backend, fqdn.hostname, [...path, 'hostname'], resources);
  const ports = (service.object.spec?.ports ?? []).map(({ port }) => port);
  if (isHeadless(service) || ports.includes(fqdn.port)) return [];
  const { namespace, name } = service.object.metadata;
  return [
    at(backend, 'CALB0227', [...path, 'port'], `Service ${namespace}/${name} has no port ${fqdn.port}`, {
      hint: `use ${ports.join(' or ') || 'a Service that has ports'}`,
    }),
  ];
}

function missingService(
  backend: Resource<Backend>,
  hostname: string,
  path: Path,
  resources: Resources,
): readonly Diagnostic[] {
  const match = /^([^.]+)\.([^.]+)\.svc(?:\.cluster\.local)?\.?$/.exec(hostname);
  if (match === null) return [];
  const [, name = '', namespace = ''] = match;
  const near = didYouMean(
    `${name}.${namespace}`,
    resources.list('Service').map(({ object }) => `${object.metadata.name}.${object.metadata.namespace}`),
  );
  return [
    at(backend, 'CALB0233', path, `${hostname} names Service ${namespace}/${name}, which does not exist`, {
      ...(near === undefined ? {} : { hint: `did you mean "${near}.svc.cluster.local"?` }),
    }),
  ];
}

function at(
  backend: Resource<Backend>,
  code: Parameters<typeof diagnostic>[0],
  path: Path,
  message: string,
  other: { readonly hint?: string } = {},
): Diagnostic {
  return diagnostic(code, {
    message,
    position: positionOf(backend, path),
    resource: resourceName(backend),
    ...other,
  });
}
