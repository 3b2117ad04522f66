import type { KubeObject } from '../resource.ts';
import {
  ageColumn,
  type Column,
  joined,
  labelText,
  nameColumn,
  none,
  numberAt,
  numberColumn,
  textColumn,
  wide,
} from './column.ts';
import { eventColumns } from './event-columns.ts';
import { valuesAt } from './json-path.ts';
import { podColumns } from './pod-columns.ts';

const text = (name: string, cell: Column['cell']): Column => ({ name, type: 'string', cell });

const templateColumns: readonly Column[] = [
  wide(textColumn('Containers', '.spec.template.spec.containers[*].name')),
  wide(textColumn('Images', '.spec.template.spec.containers[*].image')),
  wide(text('Selector', (o) => labelText(valuesAt(o, '.spec.selector.matchLabels')[0]))),
];

/** All columns of Kubernetes' own kinds, as its API server prints them (`pkg/printers/internalversion`). */
export const builtinColumns: Readonly<Record<string, readonly Column[]>> = {
  Pod: podColumns,
  Event: eventColumns,
  Deployment: [
    nameColumn,
    text('Ready', (o) => `${numberAt(o, '.status.readyReplicas')}/${numberAt(o, '.spec.replicas', 1)}`),
    { ...numberColumn('Up-to-date', '.status.updatedReplicas'), type: 'string' },
    { ...numberColumn('Available', '.status.availableReplicas'), type: 'string' },
    ageColumn,
    ...templateColumns,
  ],
  ReplicaSet: [
    nameColumn,
    numberColumn('Desired', '.spec.replicas', 1),
    numberColumn('Current', '.status.replicas'),
    numberColumn('Ready', '.status.readyReplicas'),
    ageColumn,
    ...templateColumns,
  ],
  Service: [
    nameColumn,
    textColumn('Type', '.spec.type', 'ClusterIP'),
    textColumn('Cluster-IP', '.spec.clusterIP'),
    text('External-IP', externalAddresses),
    text('Port(s)', servicePorts),
    ageColumn,
    wide(text('Selector', (o) => labelText(valuesAt(o, '.spec.selector')[0]))),
  ],
  EndpointSlice: [
    nameColumn,
    textColumn('AddressType', '.addressType'),
    text('Ports', (o) => firstFew(valuesAt(o, '.ports[*].port'))),
    text('Endpoints', (o) => firstFew(valuesAt(o, '.endpoints[*].addresses[*]'))),
    ageColumn,
  ],
  Namespace: [nameColumn, textColumn('Status', '.status.phase', 'Active'), ageColumn],
  Secret: [nameColumn, textColumn('Type', '.type', 'Opaque'), text('Data', entries), ageColumn],
  ConfigMap: [nameColumn, text('Data', entries), ageColumn],
  ServiceAccount: [nameColumn, text('Secrets', (o) => String(valuesAt(o, '.secrets[*]').length)), ageColumn],
  Node: [
    nameColumn,
    text('Status', nodeStatus),
    text('Roles', nodeRoles),
    ageColumn,
    textColumn('Version', '.status.nodeInfo.kubeletVersion', ''),
    wide(textColumn('Internal-IP', '.status.addresses[?(@.type=="InternalIP")].address')),
    wide(textColumn('External-IP', '.status.addresses[?(@.type=="ExternalIP")].address')),
    wide(textColumn('OS-Image', '.status.nodeInfo.osImage', '<unknown>')),
    wide(textColumn('Kernel-Version', '.status.nodeInfo.kernelVersion', '<unknown>')),
    wide(textColumn('Container-Runtime', '.status.nodeInfo.containerRuntimeVersion', '<unknown>')),
  ],
  CustomResourceDefinition: [
    nameColumn,
    {
      name: 'Created At',
      type: 'date',
      cell: ({ metadata }) => metadata.creationTimestamp,
    },
  ],
  Lease: [nameColumn, textColumn('Holder', '.spec.holderIdentity', ''), ageColumn],
};

/** As Kubernetes: three of them, and how many more. */
function firstFew(values: readonly unknown[]): string {
  if (values.length === 0) return '<unset>';
  const shown = values.slice(0, 3).map(String).join(',');
  return values.length > 3 ? `${shown} + ${values.length - 3} more...` : shown;
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

function nodeStatus(node: KubeObject): string {
  const [ready] = valuesAt(node, '.status.conditions[?(@.type=="Ready")].status');
  const status = ready === undefined ? 'Unknown' : ready === 'True' ? 'Ready' : 'NotReady';
  return joined(node, '.spec.unschedulable') === 'true' ? `${status},SchedulingDisabled` : status;
}

function nodeRoles({ metadata }: KubeObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
  return roles.length === 0
    ? none
    : roles
        .map((label) => label.slice(prefix.length))
        .sort()
        .join(',');
}
