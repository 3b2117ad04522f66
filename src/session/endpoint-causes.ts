import { podKey } from './derive/pods.ts';
import type { Draft } from './draft.ts';

/** Remembers that an event touched a pod, and so every Service that hands connections to it. */
export function noteEndpointCause(
  draft: Draft,
  pod: { readonly namespace: string; readonly name: string },
  seq: number,
): void {
  const causes = new Map(draft.state.endpointCauses).set(`pod/${pod.name}`, seq);
  for (const service of draft.state.podFacts.get(podKey(pod))?.services ?? [])
    causes.set(`service/${service}`, seq);
  draft.update({ endpointCauses: causes });
}

/** Service cluster names: `<service>.<namespace>.svc`, with or without the cluster's domain, and `<service>.<namespace>`. */
const serviceName = /^([a-z0-9-]+)\.([a-z0-9-]+)(\.svc(\.cluster\.local)?)?(:\d+)?$/;

/**
 * The event that last touched what an endpoint stands for: its pod, or the pods behind the Service that it names.
 * `declared` is `host:port` as declared.
 */
export function endpointCause(draft: Draft, declared: string, pod: string | undefined): number | undefined {
  const { endpointCauses } = draft.state;
  if (pod !== undefined) return endpointCauses.get(`pod/${pod}`);
  const service = serviceName.exec(declared);
  return service === null ? undefined : endpointCauses.get(`service/${service[2]}/${service[1]}`);
}
