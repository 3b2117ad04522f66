import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { Service } from '../../gen/kinds/service.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import type { Workload } from '../translation.ts';
import { appPorts } from './app-ports.ts';
import { environmentOf, filesOf, type PodIdentity } from './pod-environment.ts';
import { podImage } from './pod-image.ts';
import { podName } from './pod-names.ts';
import { dnsNames, isHeadless } from './service-name.ts';

/** How many pods of one Deployment are simulated: one machine stands for them all. */
export const maxReplicas = 250;

/**
 * Pods of a Deployment: as many as `replicas`, stable for the same template and ordinal. `services` are those of its
 * namespace that may select them.
 */
export function deploymentPods(
  deployment: Resource<Deployment>,
  services: readonly Resource<Service>[],
  resources: Resources,
): readonly Workload[] {
  const { metadata, spec } = deployment.object;
  const template = spec?.template;
  const container = template?.spec?.containers[0];
  if (spec === undefined || template === undefined || container === undefined) return [];
  const namespace = metadata.namespace ?? 'default';
  const labels = template.metadata?.labels ?? {};
  const selecting = services.filter((service) => isSelected(service, labels));
  const app = appOf(container.image);
  const identity = JSON.stringify(template);
  const aliases = selecting.filter(isHeadless).flatMap(({ object }) => dnsNames(object.metadata));
  const count = Math.min(spec.replicas, maxReplicas);
  return Array.from({ length: count }, (_, ordinal): Workload => {
    const name = podName({ namespace, name: metadata.name }, identity, ordinal);
    const pod: PodIdentity = {
      namespace,
      name,
      labels,
      annotations: template.metadata?.annotations ?? {},
      serviceAccount: template.spec?.serviceAccountName ?? 'default',
    };
    const declared = environmentOf(container, pod, resources);
    const env = isEcho(container.image) ? declared : { POD_NAME: name, NAMESPACE: namespace, ...declared };
    const image = runsAsApp(container.image) ? undefined : podImage(container, declared, template.spec);
    const served = appPorts(app, env, wantedPorts(deployment, selecting));
    return {
      pod: {
        namespace,
        name,
        app,
        ...(image !== undefined && { image }),
        ...(aliases.length > 0 && { aliases }),
        env: served.env,
        ports: served.ports,
        files: filesOf(container, template.spec?.volumes ?? [], namespace, resources),
      },
      labels,
      owner: deployment,
    };
  });
}

/** Whether a simulated app is what an image would run anyway. */
function runsAsApp(image: string | undefined): boolean {
  return isEcho(image) || appOf(image) === 'httpbin';
}

/** Whether an image is the echo server itself, so that nothing stands in for it. */
export function isEcho(image: string | undefined): boolean {
  return /(?:^|\/)echo-(?:basic|advanced)(?:[:@]|$)/.test(image ?? '');
}

/** Which simulated program runs for an image. */
export function appOf(image: string | undefined): 'echo' | 'httpbin' {
  return /(?:^|\/)(?:go-)?httpbin(?:[:@]|$)/.test(image ?? '') ? 'httpbin' : 'echo';
}

/** Number of the port that a Service's `targetPort` means in a Deployment's pods; `undefined` for an unknown name. */
export function targetPortNumber(
  targetPort: number | string | undefined,
  port: number,
  deployment: Deployment | undefined,
): number | undefined {
  if (targetPort === undefined) return port;
  if (typeof targetPort === 'number') return targetPort;
  if (/^\d+$/.test(targetPort)) return Number(targetPort);
  return containerPorts(deployment).find(({ name }) => name === targetPort)?.containerPort;
}

function containerPorts(deployment: Deployment | undefined) {
  return (deployment?.spec?.template.spec?.containers ?? []).flatMap(({ ports = [] }) =>
    ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP'),
  );
}

function wantedPorts(
  { object }: Resource<Deployment>,
  services: readonly Resource<Service>[],
): readonly { readonly port: number; readonly isHttp2: boolean }[] {
  const targets = services.flatMap((service) =>
    (service.object.spec?.ports ?? []).flatMap(({ port, targetPort, protocol, appProtocol }) => {
      const number = protocol === 'TCP' ? targetPortNumber(targetPort, port, object) : undefined;
      return number === undefined ? [] : [{ port: number, isHttp2: appProtocol === 'kubernetes.io/h2c' }];
    }),
  );
  const declared = containerPorts(object).map(({ containerPort }) => ({
    port: containerPort,
    isHttp2: false,
  }));
  return [...targets, ...declared];
}

function isSelected({ object }: Resource<Service>, labels: Readonly<Record<string, string>>): boolean {
  const selector = Object.entries(object.spec?.selector ?? {});
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}
