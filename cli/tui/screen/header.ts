import { count } from '../../output/list-words.ts';
import type { ScreenInput } from './screen-input.ts';
import { cut, cutMiddle, widthOf } from './text.ts';
import type { ScreenStyle, Theme } from './theme.ts';

interface Part {
  readonly text: string;
  readonly style: ScreenStyle;
}

/** The lines above the panes: what runs, how it is, and how much goes through it. Each as wide as the screen. */
export function drawHeader(input: ScreenInput): readonly string[] {
  return [line(identity(input), place(input), input), line(sync(input), counts(input), input), lights(input)];
}

function identity({ view, version, isReadOnly }: ScreenInput): readonly Part[] {
  if (view === undefined) return [{ text: `calb-sim ${version}`, style: 'title' }];
  return [
    { text: cutMiddle(view.instance, 24), style: 'title' },
    { text: `${view.runtime} · Envoy ${view.envoyVersion}`, style: 'plain' },
    ...(isReadOnly ? [{ text: 'read-only', style: 'cyan' as const }] : []),
  ];
}

function place({ lists, state }: ScreenInput): readonly Part[] {
  const { tenant, tenantNumber, tenantCount } = lists;
  return [
    ...(state.isPaused ? [{ text: 'PAUSED', style: 'yellow' as const }] : []),
    ...(state.faultsOnly ? [{ text: 'faults only', style: 'yellow' as const }] : []),
    tenant === undefined
      ? { text: 'no tenant yet', style: 'dim' }
      : { text: `tenant ${cutMiddle(tenant.name, 24)} (${tenantNumber}/${tenantCount})`, style: 'cyan' },
  ];
}

/** Whether the tenant's Envoy has what it shall have. */
function sync({ lists }: ScreenInput): readonly Part[] {
  const { tenant } = lists;
  if (tenant === undefined) return [];
  const { snapshot, acked, proxy, isConnected, rejected } = tenant;
  const version = snapshot === null ? 'no snapshot' : `snapshot ${snapshot.slice(0, 8)}`;
  if (proxy.state === 'backing-off')
    return [{ text: `✗ Envoy ended, it starts again · ${version}`, style: 'red' }];
  if (proxy.state !== 'running') return [{ text: `◌ Envoy starting · ${version}`, style: 'yellow' }];
  if (!isConnected) return [{ text: `! Envoy disconnected · ${version}`, style: 'yellow' }];
  if (rejected.length > 0) return [{ text: `✗ NACK (${rejected.length}) · ${version}`, style: 'red' }];
  if (snapshot !== null && snapshot === acked) return [{ text: `✓ ACK ${version}`, style: 'green' }];
  return [{ text: `◌ waiting for ACK · ${version}`, style: 'yellow' }];
}

function counts({ lists, meter, nowMs, view }: ScreenInput): readonly Part[] {
  const series = lists.tenant === undefined ? undefined : meter.tenant(lists.tenant.name);
  const errors = series?.errorShare(nowMs) ?? 0;
  const severities = { error: 0, warning: 0 };
  for (const { severity } of view?.diagnostics ?? []) if (severity !== 'hint') severities[severity] += 1;
  return [
    { text: `${rateText(series?.rate(nowMs) ?? 0)} req/s`, style: 'plain' },
    { text: `5xx ${percentText(errors)}`, style: errors > 0 ? 'red' : 'plain' },
    ...(severities.error > 0
      ? [{ text: `✗ ${count(severities.error, 'error')}`, style: 'red' as const }]
      : []),
    ...(severities.warning > 0
      ? [{ text: `! ${count(severities.warning, 'warning')}`, style: 'yellow' as const }]
      : []),
  ];
}

/** One sign for each request, the latest at the right end; and what traffic is sent from here. */
function lights(input: ScreenInput): string {
  const { lists, meter, size, theme, traffic, nowMs } = input;
  const label = meter.areLightsSampled ? 'requests (sampled) ' : 'requests ';
  const sent =
    traffic === undefined
      ? ''
      : ` traffic ${traffic.rate}/s to ${cutMiddle(traffic.host || traffic.url, 24)}, ${Math.max(0, Math.ceil((traffic.endsAtMs - nowMs) / 1000))} s left `;
  const room = size.columns - widthOf(label) - widthOf(sent) - 2;
  const shown = meter.lights(lists.tenant?.name, Math.max(0, room));
  const signs = shown.map(({ status }) => light(status, theme)).join('');
  const gap = ' '.repeat(Math.max(0, room - shown.length));
  return ` ${theme.paint('dim', label)}${signs}${gap}${theme.paint('magenta', sent)} `;
}

/** `●` answered, `◐` 4xx, `✗` 5xx or no answer. */
export function light(status: number, theme: Theme): string {
  if (status === 0 || status >= 500) return theme.paint('red', '✗');
  if (status >= 400) return theme.paint('yellow', '◐');
  return theme.paint('green', '●');
}

/** `0`, `0.4`, `12.4`, `2,310`. */
export function rateText(rate: number): string {
  if (rate === 0) return '0';
  return rate < 100 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en-US');
}

/** `0 %`, `0.8 %`, `38 %`. */
export function percentText(share: number): string {
  const percent = share * 100;
  return percent > 0 && percent < 1 ? `${percent.toFixed(1)} %` : `${Math.round(percent)} %`;
}

function line(left: readonly Part[], right: readonly Part[], { size, theme }: ScreenInput): string {
  const inside = Math.max(0, size.columns - 2);
  const end = right.map(({ text }) => text).join('  ');
  const shownEnd = cut(end, inside);
  const room = Math.max(0, inside - widthOf(shownEnd) - 1);
  const start = left.map(({ text }) => text).join(' · ');
  const isWhole = widthOf(start) <= room && shownEnd === end;
  const gap = ' '.repeat(Math.max(0, inside - widthOf(shownEnd) - Math.min(room, widthOf(start))));
  // Where it does not all padded, what is cut has no colours of its own.
  if (!isWhole) return ` ${cut(start, room)}${gap}${shownEnd} `;
  const paint = (parts: readonly Part[], between: string) =>
    parts.map(({ text, style }) => theme.paint(style, text)).join(between);
  return ` ${paint(left, ' · ')}${gap}${paint(right, '  ')} `;
}
