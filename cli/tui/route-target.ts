import type { ListenerView, RouteView, TenantView } from '../../src/session/view/instance-view.ts';
import { curlLine } from '../output/ready-banner.ts';

/** Where a route can be dialled. */
export interface RouteTarget {
  readonly listener: ListenerView;
  /** Host name to ask for; `*`: any. */
  readonly host: string;
  readonly path: string;
  readonly method: string;
  readonly url: string;
}

/** A request that the route answers, as far as that can be told from its match; `undefined`: no listener serves it. */
export function routeTarget(
  tenant: TenantView | undefined,
  route: RouteView | undefined,
): RouteTarget | undefined {
  if (tenant === undefined) return undefined;
  const declared = route?.hosts[0] ?? '*';
  const listener =
    tenant.listeners.find((candidate) => candidate.isProgrammed && serves(candidate, declared)) ??
    tenant.listeners.find(({ isProgrammed }) => isProgrammed);
  if (listener === undefined) return undefined;
  const wanted = declared === '*' ? (listener.hostnames[0] ?? '*') : declared;
  const host = wanted.replace(/^\*\./, 'www.');
  const path = examplePath(route?.path ?? '/');
  const method =
    /^method=(\w+)$/.exec(
      route?.conditions.find((condition) => condition.startsWith('method=')) ?? '',
    )?.[1] ?? 'GET';
  return { listener, host, path, method, url: `${listener.url.replace(/\/$/, '')}${path}` };
}

/** A `curl` command for it that works as it is. */
export function routeCurl({ listener, host, path, method }: RouteTarget): string {
  const line = curlLine(listener, host).replace(/\/$/, '');
  const verb = method === 'GET' ? '' : `-X ${method} `;
  return line.replace(/^curl /, `curl ${verb}`) + path;
}

function serves({ hostnames }: ListenerView, host: string): boolean {
  if (host === '*' || hostnames.length === 0) return true;
  return hostnames.some(
    (name) => name === '*' || name === host || (name.startsWith('*.') && host.endsWith(name.slice(1))),
  );
}

/** A path that matches: of a regular expression, none can be told. */
function examplePath(path: string): string {
  if (path.startsWith('= ')) return path.slice(2);
  return path.startsWith('/') ? path : '/';
}
