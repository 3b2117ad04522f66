import { isDeepStrictEqual } from 'node:util';
import { formatSocketAddress } from '../model/address.ts';
import type {
  Cause,
  DesiredPod,
  DesiredProxy,
  DesiredService,
  DesiredState,
  ObservedProxy,
  ObservedState,
  Operation,
  ProxyNetwork,
} from './runtime.ts';

/**
 * The operations that turn what runs into what shall run; empty when both are equal. Pure. The order is fixed: what
 * starts comes before what stops, each kind sorted by name, so that equal inputs give equal plans. Operations on one
 * object follow each other in the order in which they must be carried out; all others are independent.
 */
export function plan(desired: DesiredState, observed: ObservedState, cause: Cause): readonly Operation[] {
  const pods = planPods(desired.pods, observed, cause);
  const proxies = planProxies(desired.proxies, observed.proxies, cause);
  const services = planServices(desired.services, observed, cause);
  return [
    ...proxies.starts,
    ...pods.replacements,
    ...pods.starts,
    ...services.puts,
    ...proxies.stops,
    ...pods.stops,
    ...services.removals,
  ];
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

function key({ namespace, name }: Named): string {
  return `${namespace}/${name}`;
}

function byKey<T extends Named>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [key(item), item]));
}

function sorted<T extends Named>(items: Iterable<T>): readonly T[] {
  return [...items].sort((a, b) => compare(key(a), key(b)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function planProxies(desired: readonly DesiredProxy[], observed: readonly ObservedProxy[], cause: Cause) {
  const running = new Map(observed.map((proxy) => [proxy.tenant, proxy]));
  const wanted = new Set(desired.map((proxy) => proxy.tenant));
  const starts: Operation[] = [];
  for (const proxy of [...desired].sort((a, b) => compare(a.tenant, b.tenant))) {
    const current = running.get(proxy.tenant);
    if (current === undefined) starts.push({ type: 'start-proxy', proxy, cause });
    else {
      const reason = reasonToReplace(proxy, current);
      if (reason !== undefined) starts.push({ type: 'replace-proxy', proxy, reason, cause });
      else if (needsConnection(proxy, current)) starts.push({ type: 'connect-proxy', proxy, cause });
    }
  }
  const stops = observed
    .map((proxy) => proxy.tenant)
    .filter((tenant) => !wanted.has(tenant))
    .sort(compare)
    .map((tenant): Operation => ({ type: 'stop-proxy', tenant, cause }));
  return { starts, stops };
}

/** In words that may be shown: never the bootstrap itself, which holds a token. */
function reasonToReplace(desired: DesiredProxy, current: ObservedProxy): string | undefined {
  if (desired.concurrency !== current.concurrency) {
    return `concurrency changed from ${current.concurrency} to ${desired.concurrency}`;
  }
  return desired.bootstrap === current.bootstrap ? undefined : 'bootstrap changed';
}

function publishedPorts({ bindings }: ProxyNetwork): ReadonlySet<string> {
  return new Set(
    bindings.flatMap(({ bind, published = [] }) =>
      published.map((socket) => `${formatSocketAddress(socket)} to port ${bind[0]?.port}`),
    ),
  );
}

function needsConnection({ network: desired }: DesiredProxy, { network: current }: ObservedProxy): boolean {
  if (current === undefined) return false;
  return (
    !isDeepStrictEqual(publishedPorts(desired), publishedPorts(current)) ||
    !isDeepStrictEqual(desired.services, current.services) ||
    !isDeepStrictEqual(desired.reaches, current.reaches) ||
    !isDeepStrictEqual(desired.hostTargets, current.hostTargets)
  );
}

function planPods(desired: readonly DesiredPod[], { pods: observed }: ObservedState, cause: Cause) {
  const running = byKey(observed);
  const wanted = byKey(desired);
  const starts: Operation[] = [];
  const replacements: Operation[] = [];
  const away = setsWithPodsAway(desired, running);
  for (const pod of sorted(wanted.values())) {
    const current = running.get(key(pod));
    if (current === undefined) starts.push({ type: 'start-pod', pod, cause });
    else if (current.spec === pod || isDeepStrictEqual(current.spec, pod)) continue;
    else if (current.ready && hasSameProgram(current.spec, pod)) {
      replacements.push({ type: 'update-pod', pod, cause });
    } else if (!current.ready || !away.has(setOf(pod))) {
      // Nothing but a restart gives a program another environment; the others of its set serve meanwhile.
      if (current.ready) away.add(setOf(pod));
      const { namespace, name } = pod;
      replacements.push({ type: 'stop-pod', namespace, name, cause }, { type: 'start-pod', pod, cause });
    }
  }
  const stops = sorted(observed.filter((pod) => !wanted.has(key(pod)))).map(
    ({ namespace, name }): Operation => ({ type: 'stop-pod', namespace, name, cause }),
  );
  return { starts, replacements, stops };
}

/**
 * Whether a program need not be started anew for a pod that is wanted otherwise: its files are changed beneath it, as in a
 * cluster, and other names for it count when it is started the next time.
 */
function hasSameProgram(current: DesiredPod, wanted: DesiredPod): boolean {
  return isDeepStrictEqual(programOf(current), programOf(wanted));
}

function programOf({ files: _files, binaryFiles: _binary, aliases: _aliases, ...program }: DesiredPod) {
  return program;
}

/** The pods of one template: their names differ in the last part only. */
function setOf({ namespace, name }: Named): string {
  return `${namespace}/${name.slice(0, name.lastIndexOf('-'))}`;
}

/** Sets of pods in which one does not serve: no other one is taken away meanwhile. */
function setsWithPodsAway(
  desired: readonly DesiredPod[],
  running: ReadonlyMap<string, ObservedState['pods'][number]>,
): Set<string> {
  return new Set(desired.filter((pod) => running.get(key(pod))?.ready !== true).map(setOf));
}

function planServices(
  desired: readonly DesiredService[],
  { services: observed }: ObservedState,
  cause: Cause,
) {
  const running = byKey(observed);
  const wanted = byKey(desired);
  const puts: Operation[] = [];
  for (const service of sorted(wanted.values())) {
    const ports = running.get(key(service))?.ports;
    if (ports !== service.ports && !isDeepStrictEqual(ports, service.ports)) {
      puts.push({ type: 'put-service', service, cause });
    }
  }
  const removals = sorted(observed.filter((service) => !wanted.has(key(service)))).map(
    ({ namespace, name }): Operation => ({ type: 'remove-service', namespace, name, cause }),
  );
  return { puts, removals };
}
