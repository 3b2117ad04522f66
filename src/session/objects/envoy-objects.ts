import { createHash } from 'node:crypto';
import type { Gateway } from '../../gen/kinds/gateway.ts';
import type { KubeObject } from '../../resources/resource.ts';
import { safeHash } from '../../resources/safe-hash.ts';
import { uidOf } from '../../resources/stored-object.ts';
import type { ObservedProxy } from '../../runtime/runtime.ts';
import { dataPlaneGateways } from '../../translate/data-plane-gateways.ts';
import { declaredEnvoyService } from '../../translate/policies/envoy-services.ts';
import type { SessionState } from '../state.ts';
import { madeMetadata } from './made-metadata.ts';
import { nodeName } from './node-object.ts';

/** Kinds of what Envoy Gateway makes for a Gateway in Gateway Namespace Mode, as far as it is shown. */
export type EnvoyObjectKind = 'Pod' | 'Service' | 'ServiceAccount';

/**
 * What a cluster would have for each Gateway of the data plane: its Envoy's pod, Service and account, in the Gateway's
 * own namespace. All Gateways of a tenant are served by one Envoy, so their pods are as ready as that is.
 */
export function envoyObjects(state: SessionState, kind: EnvoyObjectKind): readonly KubeObject[] {
  const effective = state.expansion?.effective;
  if (effective === undefined) return [];
  if (kind === 'Service') {
    return dataPlaneGateways(effective).map((gateway) => {
      const declared = declaredEnvoyService(effective, gateway);
      return envoyService(state, gateway.object, declared);
    });
  }
  return dataPlaneGateways(effective).map(({ object }) => makers[kind](state, object));
}

/** The tenant whose Envoy a pod of {@link envoyObjects} stands for; `undefined` for another pod. */
export function envoyOfPod(state: SessionState, namespace: string, name: string): string | undefined {
  return gatewayOfPod(state, namespace, name) === undefined ? undefined : namespace;
}

/** The Gateway (`namespace/name`) whose Envoy a pod of {@link envoyObjects} stands for; `undefined` for another pod. */
export function gatewayOfPod(state: SessionState, namespace: string, name: string): string | undefined {
  const pod = envoyObjects(state, 'Pod').find(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
  );
  const gateway = pod?.metadata.labels?.['gateway.envoyproxy.io/owning-gateway-name'];
  return gateway === undefined ? undefined : `${namespace}/${gateway}`;
}

const makers: Readonly<
  Record<Exclude<EnvoyObjectKind, 'Service'>, (state: SessionState, gateway: Gateway) => KubeObject>
> = {
  Pod: envoyPod,
  ServiceAccount: (_state, gateway) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadataOf(gateway, 'ServiceAccount', envoyName(gateway)),
  }),
};

/** As Envoy Gateway names it: `envoy-team-a-gateway-a-b65c6264`. */
function envoyName({ metadata }: Gateway): string {
  const { namespace = '', name } = metadata;
  const hash = createHash('sha256').update(`${namespace}/${name}`).digest('hex').slice(0, 8);
  return `${`envoy-${namespace}-${name}`.slice(0, 48)}-${hash}`;
}

function metadataOf(gateway: Gateway, kind: EnvoyObjectKind, name: string): KubeObject['metadata'] {
  const { namespace = '', name: owner, uid, creationTimestamp } = gateway.metadata;
  const { labels, annotations } = gateway.spec.infrastructure ?? {};
  return {
    ...madeMetadata(uidOf(`${kind}/${namespace}/${name}`, uid), creationTimestamp),
    name,
    namespace,
    labels: {
      ...labels,
      'app.kubernetes.io/component': 'proxy',
      'app.kubernetes.io/managed-by': 'envoy-gateway',
      'app.kubernetes.io/name': 'envoy',
      'gateway.envoyproxy.io/owning-gateway-name': owner,
      'gateway.envoyproxy.io/owning-gateway-namespace': namespace,
      'gateway.networking.k8s.io/gateway-name': owner,
    },
    ...(annotations === undefined ? {} : { annotations }),
    ownerReferences: [
      {
        apiVersion: gateway.apiVersion,
        kind: 'Gateway',
        name: owner,
        uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  };
}

function envoyPod(state: SessionState, gateway: Gateway): KubeObject {
  const { namespace = '', creationTimestamp, uid } = gateway.metadata;
  const name = envoyName(gateway);
  const image = `envoyproxy/envoy:v${state.settings.envoyVersion}`;
  const proxy = state.observed.proxies.find(({ tenant }) => tenant === namespace);
  const isReady = proxy?.state === 'running' && (state.tenants.get(namespace)?.isConnected ?? false);
  const address = addressOf(state, gateway);
  const condition = (type: string, isTrue: boolean) => ({
    type,
    status: isTrue ? 'True' : 'False',
    lastTransitionTime: creationTimestamp,
  });
  const suffix = `${safeHash(name, 10)}-${safeHash(uid, 5)}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadataOf(gateway, 'Pod', `${name}-${suffix}`),
      // Another Envoy is another pod.
      uid: uidOf(`Pod/${namespace}/${name}-${suffix}`, `${uid}/${proxy?.container ?? proxy?.pid ?? ''}`),
    },
    spec: {
      nodeName,
      serviceAccountName: name,
      restartPolicy: 'Always',
      containers: [{ name: 'envoy', image, ports: portsOf(gateway).map(containerPort) }],
    },
    status: {
      phase: proxy === undefined ? 'Pending' : 'Running',
      conditions: [
        condition('PodScheduled', true),
        condition('Initialized', true),
        condition('ContainersReady', isReady),
        condition('Ready', isReady),
      ],
      containerStatuses: [
        {
          name: 'envoy',
          image,
          imageID: '',
          ready: isReady,
          restartCount: 0,
          started: proxy !== undefined,
          ...(proxy?.container === undefined ? {} : { containerID: `docker://${proxy.container}` }),
          state: containerState(proxy, creationTimestamp),
        },
      ],
      hostIP: '127.0.0.1',
      ...(address === undefined ? {} : { podIP: address, podIPs: [{ ip: address }] }),
      startTime: creationTimestamp,
      qosClass: 'BestEffort',
    },
  };
}

function containerState(proxy: ObservedProxy | undefined, startedAt: string) {
  if (proxy === undefined) return { waiting: { reason: 'ContainerCreating' } };
  return proxy.state === 'backing-off'
    ? { waiting: { reason: 'CrashLoopBackOff' } }
    : { running: { startedAt } };
}

/** `declared`: what its EnvoyProxy says (`spec.provider.kubernetes.envoyService`). */
function envoyService(
  state: SessionState,
  gateway: Gateway,
  declared: ReturnType<typeof declaredEnvoyService>,
): KubeObject {
  const address = addressOf(state, gateway);
  const ports = portsOf(gateway);
  const metadata = metadataOf(gateway, 'Service', declared?.name ?? envoyName(gateway));
  const { type = 'LoadBalancer', externalTrafficPolicy = 'Local' } = declared ?? {};
  const isBalanced = type === 'LoadBalancer';
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: withDeclared(metadata, declared),
    spec: {
      type,
      ...(address === undefined ? {} : { clusterIP: address, clusterIPs: [address] }),
      ...(type === 'ClusterIP' ? {} : { externalTrafficPolicy }),
      sessionAffinity: 'None',
      selector: {
        'gateway.envoyproxy.io/owning-gateway-name': gateway.metadata.name,
        'gateway.envoyproxy.io/owning-gateway-namespace': gateway.metadata.namespace,
      },
      ports: ports.map(({ name, port, protocol }) => ({ name, port, protocol, targetPort: port })),
    },
    status: { loadBalancer: address === undefined || !isBalanced ? {} : { ingress: [{ ip: address }] } },
  };
}

/** Labels and annotations of the Service come on top of those of the Gateway's infrastructure. */
function withDeclared(
  metadata: KubeObject['metadata'],
  declared: ReturnType<typeof declaredEnvoyService>,
): KubeObject['metadata'] {
  if (declared?.labels === undefined && declared?.annotations === undefined) return metadata;
  return {
    ...metadata,
    labels: { ...declared.labels, ...metadata.labels },
    annotations: { ...metadata.annotations, ...declared.annotations },
  };
}

interface Port {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** The ports of a Gateway's listeners, each once. */
function portsOf({ spec }: Gateway): readonly Port[] {
  const ports = new Map<string, Port>();
  for (const { port, protocol } of spec.listeners) {
    const transport = protocol === 'UDP' ? 'UDP' : 'TCP';
    const key = `${transport}/${port}`;
    if (!ports.has(key))
      ports.set(key, { name: `${protocol.toLowerCase().slice(0, 9)}-${port}`, port, protocol: transport });
  }
  return [...ports.values()];
}

function containerPort({ name, port, protocol }: Port) {
  return { name: name.slice(0, 15), containerPort: port, protocol };
}

/** Where the Gateway can be reached on this machine. */
function addressOf({ bindings }: SessionState, { metadata }: Gateway): string | undefined {
  const name = `${metadata.namespace ?? ''}/${metadata.name}`;
  return bindings.find(({ gateway, conflict }) => gateway === name && conflict === undefined)?.reach.address;
}
