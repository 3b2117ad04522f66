import type { EnvoyProxy } from '../../gen/kinds/envoy-proxy.ts';
import type { Gateway } from '../../gen/kinds/gateway.ts';
import type { Resource } from '../../resources/resource.ts';
import type { TranslateContext } from '../context.ts';
import { envoyProxyReferences } from './envoy-proxies.ts';

/** Statuses of the EnvoyProxies that Gateways or their classes name: `Accepted`, under each of these. */
export function envoyProxyStatuses(context: TranslateContext): ReadonlyMap<Resource<EnvoyProxy>, unknown> {
  // The context's Gateways are those of this controller's classes, whatever their spec.
  const gateways = context.gateways as readonly Resource<Gateway>[];
  const users = new Map<Resource<EnvoyProxy>, Set<Resource>>();
  for (const { from, proxy } of gateways.flatMap((gateway) =>
    envoyProxyReferences(context.resources, gateway),
  )) {
    if (proxy !== undefined) users.set(proxy, (users.get(proxy) ?? new Set()).add(from));
  }
  return new Map(
    [...users].map(([proxy, ofProxy]) => [
      proxy,
      { ancestors: [...ofProxy].map((user) => ancestor(user, proxy.object.metadata.generation)) },
    ]),
  );
}

function ancestor({ object }: Resource, observedGeneration: number): unknown {
  const { namespace, name } = object.metadata;
  return {
    ancestorRef: {
      group: 'gateway.networking.k8s.io',
      kind: object.kind,
      ...(namespace === undefined ? {} : { namespace }),
      name,
    },
    conditions: [
      {
        type: 'Accepted',
        status: 'True',
        reason: 'Accepted',
        message: 'EnvoyProxy has been accepted.',
        observedGeneration,
      },
    ],
  };
}
