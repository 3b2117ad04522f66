import type { Service } from '../../gen/kinds/service.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';

/**
 * The Service that a host name means in the cluster's DNS: `svc.ns`, `svc.ns.svc`, `svc.ns.svc.cluster.local`, with or
 * without a final dot. `undefined` for other names, Services that do not exist, and `ExternalName` ones.
 */
export function serviceOfName(resources: Resources, hostname: string): Resource<Service> | undefined {
  const match = /^([^.]+)\.([^.]+)(?:\.svc(?:\.cluster\.local)?)?\.?$/.exec(hostname.toLowerCase());
  if (match === null) return undefined;
  const service = resources.get<Service>('Service', match[2], match[1] ?? '');
  return service?.object.spec?.type === 'ExternalName' ? undefined : service;
}

/** The names that a Service has in the cluster's DNS. */
export function dnsNames({
  name,
  namespace = 'default',
}: {
  readonly name: string;
  readonly namespace?: string;
}): readonly string[] {
  const full = `${name}.${namespace}`;
  return [name, full, `${full}.svc`, `${full}.svc.cluster.local`];
}

/** Whether a Service has no address of its own: its name means its pods. */
export function isHeadless({ object }: Resource<Service>): boolean {
  return object.spec?.clusterIP === 'None';
}

/** Whether a Service chooses pods by labels; otherwise EndpointSlices written by hand say what is behind it. */
export function hasSelector({ object }: Resource<Service>): boolean {
  return Object.keys(object.spec?.selector ?? {}).length > 0;
}

/** Whether a Service selects pods that have these labels. */
export function isSelected(
  { object }: Pick<Resource<Service>, 'object'>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const selector = Object.entries(object.spec?.selector ?? {});
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}
