import type { KubeObject } from '../../src/resources/resource.ts';
import { formatAge } from '../output/duration.ts';
import type { Column } from './columns.ts';
import { valuesAt } from './json-path.ts';

const none = '<none>';

const age: Column = {
  title: 'AGE',
  cell: ({ metadata }, nowMs) => formatAge(nowMs - Date.parse(metadata.creationTimestamp)),
};

const at = (title: string, path: string, absent = none): Column => ({
  title,
  cell: (object) => joined(object, path) || absent,
});

const wide = (column: Column): Column => ({ ...column, isWide: true });

/** Columns of Kubernetes' own kinds, which are no CRDs, as kubectl has them. */
export const coreColumns: Readonly<Record<string, readonly Column[]>> = {
  Pod: [
    { title: 'READY', cell: readyContainers },
    { title: 'STATUS', cell: podStatus },
    { title: 'RESTARTS', cell: restarts },
    age,
    wide(at('IP', '.status.podIP')),
    wide(at('NODE', '.spec.nodeName')),
  ],
  Deployment: [
    {
      title: 'READY',
      cell: (o) => `${number(o, '.status.readyReplicas')}/${number(o, '.spec.replicas', 1)}`,
    },
    { title: 'UP-TO-DATE', cell: (o) => String(number(o, '.status.updatedReplicas')) },
    { title: 'AVAILABLE', cell: (o) => String(number(o, '.status.availableReplicas')) },
    age,
    wide(at('CONTAINERS', '.spec.template.spec.containers[*].name')),
    wide(at('IMAGES', '.spec.template.spec.containers[*].image')),
    wide({ title: 'SELECTOR', cell: (o) => labels(valuesAt(o, '.spec.selector.matchLabels')[0]) }),
  ],
  ReplicaSet: [
    { title: 'DESIRED', cell: (o) => String(number(o, '.spec.replicas', 1)) },
    { title: 'CURRENT', cell: (o) => String(number(o, '.status.replicas')) },
    { title: 'READY', cell: (o) => String(number(o, '.status.readyReplicas')) },
    age,
  ],
  Service: [
    at('TYPE', '.spec.type', 'ClusterIP'),
    at('CLUSTER-IP', '.spec.clusterIP'),
    { title: 'EXTERNAL-IP', cell: externalAddresses },
    { title: 'PORT(S)', cell: servicePorts },
    age,
    wide({ title: 'SELECTOR', cell: (o) => labels(valuesAt(o, '.spec.selector')[0]) }),
  ],
  EndpointSlice: [
    at('ADDRESSTYPE', '.addressType'),
    at('PORTS', '.ports[*].port', '<unset>'),
    at('ENDPOINTS', '.endpoints[*].addresses[*]', '<unset>'),
    age,
  ],
  Namespace: [at('STATUS', '.status.phase', 'Active'), age],
  Secret: [at('TYPE', '.type', 'Opaque'), { title: 'DATA', cell: entries }, age],
  ConfigMap: [{ title: 'DATA', cell: entries }, age],
  ServiceAccount: [{ title: 'SECRETS', cell: (o) => String(valuesAt(o, '.secrets[*]').length) }, age],
};

function joined(object: unknown, path: string): string {
  return valuesAt(object, path).map(String).join(',');
}

function number(object: unknown, path: string, absent = 0): number {
  const [value] = valuesAt(object, path);
  return typeof value === 'number' ? value : absent;
}

function readyContainers(pod: KubeObject): string {
  const ready = valuesAt(pod, '.status.containerStatuses[*].ready').filter((value) => value === true).length;
  return `${ready}/${valuesAt(pod, '.spec.containers[*]').length}`;
}

/** As kubectl: why a container waits says more than the phase. */
function podStatus(pod: KubeObject): string {
  const [reason] = valuesAt(pod, '.status.containerStatuses[*].state.waiting.reason');
  return reason === undefined ? joined(pod, '.status.phase') || 'Unknown' : String(reason);
}

function restarts(pod: KubeObject): string {
  return String(
    valuesAt(pod, '.status.containerStatuses[*].restartCount').reduce<number>(
      (sum, count) => sum + Number(count),
      0,
    ),
  );
}

function entries(object: KubeObject): string {
  const keys = (path: string) => Object.keys(Object(valuesAt(object, path)[0]));
  return String(new Set([...keys('.data'), ...keys('.binaryData'), ...keys('.stringData')]).size);
}

function externalAddresses(service: KubeObject): string {
  const type = joined(service, '.spec.type');
  if (type === 'ExternalName') return joined(service, '.spec.externalName') || none;
  const addresses = [
    ...valuesAt(service, '.status.loadBalancer.ingress[*].ip'),
    ...valuesAt(service, '.status.loadBalancer.ingress[*].hostname'),
    ...valuesAt(service, '.spec.externalIPs[*]'),
  ].map(String);
  if (addresses.length > 0) return addresses.join(',');
  return type === 'LoadBalancer' ? '<pending>' : none;
}

function servicePorts(service: KubeObject): string {
  const ports = valuesAt(service, '.spec.ports[*]').map((port) => {
    const { port: own, nodePort, protocol = 'TCP' } = Object(port);
    return nodePort === undefined ? `${own}/${protocol}` : `${own}:${nodePort}/${protocol}`;
  });
  return ports.length === 0 ? none : ports.join(',');
}

function labels(value: unknown): string {
  const pairs = Object.entries(Object(value)).map(([key, label]) => `${key}=${label}`);
  return pairs.length === 0 ? none : pairs.join(',');
}
