import type { ListenerStatus, StatusReport, TenantStatus } from '../../src/api/status-report.ts';
import { countSeverities, render } from '../../src/diagnostics/render.ts';
import { noPaint, type Paint } from './colors.ts';
import { unflatten } from './plain-diagnostic.ts';
import { shortId } from './plain-runtime-line.ts';
import { formatRows } from './table.ts';

/** What a status is drawn with. */
export interface StatusTextOptions {
  readonly paint: Paint;
  readonly readSource: (file: string) => string | undefined;
}

/** `calb-sim status` for people: listeners, tenants, problems. Ends with a newline. */
export function renderStatus(report: StatusReport, { paint, readSource }: StatusTextOptions): string {
  const { instance, runtime, envoyVersion, paths = [], listeners, tenants } = report;
  const diagnostics = report.diagnostics.map(unflatten);
  const head = `${paint('bold', instance)} · Envoy ${envoyVersion} · ${runtime} runtime${paths.length === 0 ? '' : ` · ${paths.join(' ')}`}`;
  const dim = (titles: readonly string[]) => titles.map((title) => paint('dim', title));
  const listenerRows = listeners.map((listener) => listenerRow(listener, paint));
  const tenantRows = tenants.map((tenant) => tenantRow(tenant, paint));
  const sections = [
    head,
    listeners.length === 0
      ? 'no listeners'
      : formatRows([
          dim(['TENANT', 'GATEWAY', 'LISTENER', 'URL', 'ALSO AT', 'PROGRAMMED', 'HOSTNAMES']),
          ...listenerRows,
        ]),
    ...(tenants.length === 0
      ? []
      : [formatRows([dim(['TENANT', 'ENVOY', 'SNAPSHOT', 'SYNC']), ...tenantRows])]),
    ...diagnostics.map((diagnostic) => render(diagnostic, readSource, { color: paint !== noPaint })),
    countSeverities(diagnostics),
  ];
  return `${sections.join('\n\n')}\n`;
}

function listenerRow(listener: ListenerStatus, paint: Paint): readonly string[] {
  const { tenant, gateway, url, sockets = [], hostnames, programmed } = listener;
  return [
    tenant,
    gateway.slice(gateway.indexOf('/') + 1),
    listener.listener,
    url,
    alias(sockets),
    programmed ? paint('green', 'True') : paint('red', 'False'),
    hostnames.length === 0 ? '*' : hostnames.join(','),
  ];
}

/** `localhost` where it leads there; otherwise the other addresses, if any. */
function alias(sockets: readonly string[]): string {
  const localhost = sockets.find((socket) => socket.startsWith('localhost:'));
  return localhost ?? (sockets.length < 2 ? '-' : sockets.slice(1).join(', '));
}

function tenantRow(
  { name, snapshot, acked, envoyPid, container }: TenantStatus,
  paint: Paint,
): readonly string[] {
  const process = envoyPid === undefined ? 'not running' : `pid ${envoyPid}`;
  const envoy = container === undefined ? process : shortId(container);
  const isSynced = snapshot !== null && acked === snapshot;
  const sync = isSynced ? paint('green', 'in sync') : paint('yellow', 'waiting for ACK');
  return [name, envoy, snapshot?.slice(0, 12) ?? 'none', sync];
}
