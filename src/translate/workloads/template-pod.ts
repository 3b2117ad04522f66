import type { Service } from '../../gen/kinds/service.ts';
import type { KubeObject, Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import type { Workload } from '../translation.ts';
import { appPorts } from './app-ports.ts';
import { appOf, isEcho } from './image-app.ts';
import { environmentOf, filesOf, type PodIdentity } from './pod-environment.ts';
import { podImage } from './pod-image.ts';
import { templateOf } from './pod-template.ts';
import { dnsNames, isHeadless } from './service-name.ts';

/** A pod that is to be made from a template. */
export interface PodPlace {
  readonly owner: Resource;
  readonly namespace: string;
  readonly name: string;
  /** Services that select it. */
  readonly selecting: readonly Resource<Service>[];
}

/** A pod as its owner's template says; `undefined` where that has no container. */
export function templatePod(
  { owner, namespace, name, selecting }: PodPlace,
  resources: Resources,
): Workload | undefined {
  const template = templateOf(owner.object);
  const container = template?.spec?.containers[0];
  if (template === undefined || container === undefined) return undefined;
  const labels = template.metadata?.labels ?? {};
  const pod: PodIdentity = {
    namespace,
    name,
    labels,
    annotations: template.metadata?.annotations ?? {},
    serviceAccount: template.spec?.serviceAccountName ?? 'default',
  };
  const app = appOf(container.image);
  const aliases = selecting.filter(isHeadless).flatMap(({ object }) => dnsNames(object.metadata));
  const declared = environmentOf(container, pod, resources);
  const env = isEcho(container.image) ? declared : { POD_NAME: name, NAMESPACE: namespace, ...declared };
  const image = runsAsApp(container.image) ? undefined : podImage(container, declared, template.spec);
  const served = appPorts(app, env, wantedPorts(owner.object, selecting));
  return {
    pod: {
      ...{ namespace, name, app },
      ...(image !== undefined && {
        image: owner.object.kind === 'Pod' ? { ...image, isNeeded: true } : image,
      }),
      ...(aliases.length > 0 && { aliases }),
      ...{ env: served.env, ports: served.ports },
      ...filesOf(container, template.spec?.volumes ?? [], namespace, resources),
    },
    labels,
    owner,
  };
}

/** Number of the port that a Service's `targetPort` means in an owner's pods; `undefined` for an unknown name. */
export function targetPortNumber(
  targetPort: number | string | undefined,
  port: number,
  owner: KubeObject | undefined,
): number | undefined {
  if (targetPort === undefined) return port;
  if (typeof targetPort === 'number') return targetPort;
  if (/^\d+$/.test(targetPort)) return Number(targetPort);
  return containerPorts(owner).find(({ name }) => name === targetPort)?.containerPort;
}

/** Whether a simulated app is what an image would run anyway. */
function runsAsApp(image: string | undefined): boolean {
  return isEcho(image) || appOf(image) === 'httpbin';
}

function containerPorts(owner: KubeObject | undefined) {
  const containers = (owner && templateOf(owner)?.spec?.containers) ?? [];
  return containers.flatMap(({ ports = [] }) => ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP'));
}

function wantedPorts(
  owner: KubeObject,
  services: readonly Resource<Service>[],
): readonly { readonly port: number; readonly isHttp2: boolean }[] {
  const targets = services.flatMap((service) =>
    (service.object.spec?.ports ?? []).flatMap(({ port, targetPort, protocol, appProtocol }) => {
      const number = protocol === 'TCP' ? targetPortNumber(targetPort, port, owner) : undefined;
      return number === undefined ? [] : [{ port: number, isHttp2: appProtocol === 'kubernetes.io/h2c' }];
    }),
  );
  const declared = containerPorts(owner).map(({ containerPort }) => ({
    port: containerPort,
    isHttp2: false,
  }));
  return [...targets, ...declared];
}
