import { isDeepStrictEqual } from 'node:util';
import type { ObservedPod, ObservedProxy, ObservedService, ObservedState } from '../../runtime/runtime.ts';
import type { Draft } from '../draft.ts';
import { keepEqual } from '../keep-equal.ts';

/** Takes over what the runtime reports; what is equal keeps its identity. */
export function observe(draft: Draft, observed: ObservedState): void {
  const known = draft.state.observed;
  const pods = keepEqual(known.pods, observed.pods, samePod);
  const services = keepEqual(known.services, observed.services, sameService);
  const proxies = keepEqual(known.proxies, observed.proxies, sameProxy);
  if (pods === known.pods && services === known.services && proxies === known.proxies) return;
  draft.update({ observed: { pods, services, proxies } });
}

function samePod(a: ObservedPod, b: ObservedPod): boolean {
  return (
    a.name === b.name &&
    a.namespace === b.namespace &&
    a.address === b.address &&
    a.ready === b.ready &&
    a.container === b.container &&
    a.waiting === b.waiting &&
    a.restarts === b.restarts &&
    a.lastExitCode === b.lastExitCode &&
    a.ended === b.ended &&
    a.standIn === b.standIn &&
    samePorts(a.movedPorts, b.movedPorts) &&
    a.spec === b.spec
  );
}

function sameService(a: ObservedService, b: ObservedService): boolean {
  return (
    a.name === b.name &&
    a.namespace === b.namespace &&
    a.address === b.address &&
    a.ports === b.ports &&
    a.ready === b.ready &&
    samePorts(a.movedPorts, b.movedPorts)
  );
}

function sameProxy(a: ObservedProxy, b: ObservedProxy): boolean {
  return (
    a.tenant === b.tenant &&
    a.pid === b.pid &&
    a.container === b.container &&
    a.state === b.state &&
    a.bootstrap === b.bootstrap &&
    a.concurrency === b.concurrency &&
    isDeepStrictEqual(a.reached, b.reached) &&
    isDeepStrictEqual(a.network, b.network)
  );
}

type MovedPorts = ObservedPod['movedPorts'];

/** Whether two maps of moved ports say the same. */
export function samePorts(a: MovedPorts, b: MovedPorts): boolean {
  return a === b || JSON.stringify(a ?? {}) === JSON.stringify(b ?? {});
}
