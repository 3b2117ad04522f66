import type { EndpointView } from '../../../src/session/view/instance-view.ts';
import { type EndpointItem, selectedItem } from '../model/lists.ts';
import { drawBox, frameColumns, frameRows, type Size } from './box.ts';
import { percentText, rateText } from './header.ts';
import { note, type Row } from './routes-pane.ts';
import type { ScreenInput } from './screen-input.ts';
import { shortName } from './short-names.ts';
import { cutMiddle, fitMiddle, fitRight, padded } from './text.ts';
import type { ScreenStyle } from './theme.ts';
import { windowStart } from './window.ts';

/** The endpoints of the selected route: how each one is, and its share of the requests. */
export function drawEndpoints(input: ScreenInput, size: Size): readonly string[] {
  const { lists, state, theme } = input;
  const { endpoints } = lists;
  const width = size.columns - frameColumns;
  const rows = size.rows - frameRows;
  const selected = selectedItem(endpoints, state.selected.endpoints);
  const index = selected === undefined ? 0 : endpoints.indexOf(selected);
  const start = windowStart(endpoints.length, index, rows);
  const lines = endpoints.slice(start, start + rows).map((item) => {
    const row = endpointRow(item.value, input, width);
    if (item === selected && state.focus === 'endpoints') return theme.paint('selected', row.plain);
    return row.painted;
  });
  const isPanicking = endpoints.some(({ value }) => value.cluster.isPanicking);
  const place = note(endpoints.length, index, state.filters.endpoints);
  return drawBox(
    {
      title: '2 Endpoints',
      note: isPanicking ? `PANIC: all are used · ${place}` : place,
      isFocused: state.focus === 'endpoints',
      lines: lines.length > 0 ? lines : [padded(` ${emptyWords(input)}`, width)],
    },
    size,
    theme,
  );
}

function emptyWords({ lists, state }: ScreenInput): string {
  if (state.faultsOnly) return 'no endpoint is out';
  const route = selectedItem(lists.routes, state.selected.routes)?.value;
  if (route !== undefined && route.action.type !== 'forward') return 'this route has no backend';
  return 'none: requests are answered 503 or 500';
}

/** An endpoint's state as a sign, in words, and how it is painted. */
export interface StateWords {
  readonly symbol: string;
  readonly words: string;
  readonly style: ScreenStyle;
}

/** `✗ ejected 27s (2nd)`: the state with its countdown. */
export function stateWords(endpoint: EndpointView, nowMs: number): StateWords {
  const { state, ejections, ejectedUntilMs } = endpoint;
  switch (state) {
    case 'healthy':
      return { symbol: '●', words: 'healthy', style: 'green' };
    case 'starting':
      return { symbol: '◌', words: 'starting', style: 'yellow' };
    case 'draining':
      return { symbol: '◑', words: 'draining', style: 'yellow' };
    case 'unhealthy':
      return { symbol: '✗', words: 'unhealthy', style: 'red' };
    case 'ejected': {
      const left =
        ejectedUntilMs === undefined ? '' : ` ${Math.max(0, Math.ceil((ejectedUntilMs - nowMs) / 1000))}s`;
      const again = ejections > 1 ? ` (${ordinal(ejections)})` : '';
      return { symbol: '✗', words: `ejected${left}${again}`, style: 'red' };
    }
  }
}

/** `1st`, `2nd`, `11th`. */
export function ordinal(number: number): string {
  const tens = number % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${suffix}`;
}

/** The name by which people know an endpoint: its pod, or what is declared without what all names end in. */
export function endpointName({ pod, declared, backend, address }: EndpointView, tenant?: string): string {
  if (pod !== undefined) return pod.slice(pod.indexOf('/') + 1);
  if (declared !== '') return shortName(declared, tenant);
  return backend === '' ? address : shortName(backend, tenant);
}

function endpointRow({ cluster, endpoint }: EndpointItem, input: ScreenInput, width: number): Row {
  const { meter, lists, nowMs, theme } = input;
  const tenant = lists.tenant?.name ?? '';
  const series = meter.endpoint(tenant, cluster.name, endpoint.declared);
  const all = meter.cluster(tenant, cluster.name)?.count(nowMs) ?? 0;
  const own = series?.count(nowMs) ?? 0;
  const share = all === 0 ? undefined : own / all;
  const { symbol, words, style } = stateWords(endpoint, nowMs);
  const isWide = width >= 70;
  const stateWidth = isWide ? 20 : Math.max(9, Math.min(words.length, 18));
  const sharePart = shareText(share, { width, isPlain: theme.isPlainText });
  const facts = isWide ? wideFacts(endpoint, series, nowMs) : '';
  const priority = isWide ? ` p${endpoint.priority}` : endpoint.priority > 0 ? ' p1' : '';
  const room = Math.max(0, width - 2 - stateWidth - 1 - sharePart.length - facts.length - priority.length);
  const name = fitMiddle(endpointName(endpoint, tenant), room);
  const rest = `${name}${priority}${facts}`;
  return {
    plain: `${symbol} ${padded(words, stateWidth)} ${rest}${sharePart}`,
    painted: `${theme.paint(style, `${symbol} ${padded(words, stateWidth)}`)} ${rest}${theme.paint(own > 0 ? 'cyan' : 'dim', sharePart)}`,
  };
}

/** ` 38 % ████░░░░`. */
function shareText(
  share: number | undefined,
  { width, isPlain }: { readonly width: number; readonly isPlain: boolean },
): string {
  const barWidth = width >= 110 ? 20 : width >= 60 ? 10 : width >= 42 ? 5 : 0;
  const figure = fitRight(share === undefined ? '–' : percentText(share), 6);
  if (barWidth === 0) return figure;
  const full = Math.round((share ?? 0) * barWidth);
  const [on, off] = isPlain ? ['#', '.'] : ['█', '░'];
  return `${figure} ${on.repeat(full)}${off.repeat(barWidth - full)}`;
}

interface Latency {
  rate(nowMs: number): number;
  quantile(share: number): number | undefined;
}

function wideFacts(
  { address, declared, detail = '' }: EndpointView,
  series: Latency | undefined,
  nowMs: number,
): string {
  const p95 = series?.quantile(0.95);
  const figures = `${fitRight(series === undefined ? '–' : `${rateText(series.rate(nowMs))}/s`, 9)} ${fitRight(p95 === undefined ? '' : `p95 ${Math.round(p95)} ms`, 11)}`;
  const where = detail !== '' ? detail : address === declared ? '' : address;
  return `${figures}  ${padded(cutMiddle(where, 24), 24)}`;
}
