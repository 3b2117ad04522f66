import type { TenantView } from '../../src/session/view/instance-view.ts';
import type { InstanceModel } from '../tui/model/instance-model.ts';
import { percentText, rateText } from '../tui/screen/header.ts';
import { actionText, matchText } from '../tui/screen/routes-pane.ts';
import { clusterLines, historyLines } from './describe-object.ts';
import type { DetailSection } from './detail-section.ts';
import { requestLine } from './request-text.ts';

/** A tenant in words: its Envoy, whether that has what it shall have, its listeners, routes and clusters. */
export function describeTenant(
  tenant: TenantView,
  { model, nowMs }: { readonly model: InstanceModel; readonly nowMs: number },
): readonly DetailSection[] {
  const { name, snapshot, acked, isConnected, proxy, rejected, listeners, routes, clusters } = tenant;
  const series = model.meter.tenant(name);
  const process = proxy.container ?? (proxy.pid === undefined ? 'no process' : `pid ${proxy.pid}`);
  return [
    {
      title: `Tenant ${name}`,
      lines: [
        { text: `Envoy        ${proxy.state}, ${process}, ${isConnected ? 'connected' : 'not connected'}` },
        {
          text: `snapshot     ${snapshot ?? 'none'}${snapshot === acked ? ', acknowledged' : `, acknowledged is ${acked ?? 'none'}`}`,
        },
        {
          text: `requests     ${rateText(series?.rate(nowMs) ?? 0)}/s, 5xx ${percentText(series?.errorShare(nowMs) ?? 0)}`,
        },
        ...rejected.map((reason) => ({ text: `refused      ${reason}`, style: 'red' as const })),
      ],
    },
    {
      title: 'Listeners',
      lines: listeners.map(({ gateway, listener, url, hostnames, isProgrammed }) => ({
        text: `${isProgrammed ? '✓' : '✗'} ${gateway} ${listener} ${url} ${hostnames.join(',') || '*'}`,
      })),
    },
    {
      title: 'Routes',
      lines: routes.map((route) => ({ text: `${matchText(route)} → ${actionText(route)}` })),
    },
    ...clusters.map((cluster) => ({
      title: `Cluster ${cluster.label}`,
      lines: clusterLines(cluster, nowMs),
    })),
    { title: 'Latest requests', lines: model.meter.requests(name).slice(-10).map(requestLine) },
    {
      title: 'History',
      lines: historyLines(model.timeline.entries.filter((entry) => entry.tenant === name)),
    },
  ];
}
