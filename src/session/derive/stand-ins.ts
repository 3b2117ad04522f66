import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { positionOf } from '../../resources/position.ts';
import { resourceName } from '../../resources/resource.ts';
import type { SessionState } from '../state.ts';
import { podKey } from './pods.ts';

/** One finding for each Deployment whose image could not be had, so that an app stands in for it. */
export function* standInFindings({ observed, workloads }: SessionState): Iterable<Diagnostic> {
  const reasons = new Map(
    observed.pods.flatMap((pod) => (pod.standIn === undefined ? [] : [[podKey(pod), pod.standIn] as const])),
  );
  if (reasons.size === 0) return;
  const told = new Set<string>();
  for (const { pod, owner } of workloads.pods) {
    const reason = reasons.get(podKey(pod));
    const resource = resourceName(owner);
    if (reason === undefined || told.has(resource)) continue;
    told.add(resource);
    yield diagnostic('CALB0501', {
      message: `echo stands in for ${pod.image?.reference}: ${reason}`,
      position: positionOf(owner, ['spec', 'template', 'spec', 'containers', 0, 'image']),
      resource,
    });
  }
}
