import type { RouteView } from '../../../src/session/view/instance-view.ts';
import { selectedItem } from '../model/lists.ts';
import { drawBox, frameColumns, frameRows, type Size } from './box.ts';
import { percentText, rateText } from './header.ts';
import type { ScreenInput } from './screen-input.ts';
import { shortName } from './short-names.ts';
import { cutMiddle, fitMiddle, fitRight, padded, widthOf } from './text.ts';
import { windowStart } from './window.ts';

/** The routes of the tenant: where requests go, and how many. */
export function drawRoutes(input: ScreenInput, size: Size): readonly string[] {
  const { lists, state, theme } = input;
  const { routes } = lists;
  const width = size.columns - frameColumns;
  const rows = size.rows - frameRows;
  const selected = selectedItem(routes, state.selected.routes);
  const index = selected === undefined ? 0 : routes.indexOf(selected);
  const latest = latestRoute(input);
  const host = sharedHost(routes);
  const start = windowStart(routes.length, index, rows);
  const lines = routes.slice(start, start + rows).map((item) => {
    const text = routeRow(item.value, { input, width, isLatest: item.value.name === latest, host });
    const isSelected = item === selected;
    if (isSelected) return theme.paint(state.focus === 'routes' ? 'selected' : 'bold', text.plain);
    return text.painted;
  });
  return drawBox(
    {
      title: host === undefined ? '1 Routes' : `1 Routes · ${host}`,
      note: note(routes.length, index, state.filters.routes),
      isFocused: state.focus === 'routes',
      lines: lines.length > 0 ? lines : emptyLines(input, width),
    },
    size,
    theme,
  );
}

/** The only host name of all routes: it need not stand in each row. */
function sharedHost(routes: ScreenInput['lists']['routes']): string | undefined {
  const host = routes[0]?.value.hosts[0];
  if (host === undefined || host === '*') return undefined;
  return routes.every(({ value }) => value.hosts.length === 1 && value.hosts[0] === host) ? host : undefined;
}

/** How many there are, which one is selected, and what they are filtered by. */
export function note(count: number, index: number, filter: string | undefined): string {
  const place = count === 0 ? '' : `${index + 1}/${count}`;
  return filter === undefined || filter === '' ? place : `/${filter} ${place}`;
}

function emptyLines({ lists, state }: ScreenInput, width: number): readonly string[] {
  const words =
    state.filters.routes !== undefined && state.filters.routes !== ''
      ? 'no route has that; esc shows all'
      : lists.tenant === undefined
        ? 'no tenant yet'
        : 'no routes yet: save an HTTPRoute';
  return [padded(` ${words}`, width)];
}

interface RowOptions {
  readonly input: ScreenInput;
  readonly width: number;
  /** It has answered the latest request. */
  readonly isLatest: boolean;
  /** What all routes have, and the title says. */
  readonly host: string | undefined;
}

/** A line as text, and the same with its colours. */
export interface Row {
  readonly plain: string;
  readonly painted: string;
}

function routeRow(route: RouteView, { input, width, isLatest, host }: RowOptions): Row {
  const { meter, lists, nowMs, theme } = input;
  const series = meter.route(lists.tenant?.name ?? '', route.name);
  const rate = series?.rate(nowMs) ?? 0;
  const errors = series?.errorShare(nowMs) ?? 0;
  const mark = isLatest ? '▸' : ' ';
  const figures =
    width >= 90 ? wideFigures(input, route) : fitRight(rate === 0 ? '–' : `${rateText(rate)}/s`, 6);
  const room = width - 1 - figures.length - 1;
  const target = actionText(route, lists.tenant?.name);
  // Both halves tell something: neither may crowd the other out.
  const match = matchText(host === undefined ? route : { ...route, hosts: ['*'] });
  const left = Math.min(widthOf(match), Math.max(Math.floor(room / 2), room - widthOf(target) - 3));
  const text = `${fitMiddle(match, left)} → ${padded(target, Math.max(0, room - left - 3))}`;
  const plain = `${mark}${padded(text, room)} ${figures}`;
  const style = errors > 0 ? 'red' : rate > 0 ? 'green' : 'dim';
  return {
    plain,
    painted: `${theme.paint('cyan', mark)}${padded(text, room)} ${theme.paint(style, figures)}`,
  };
}

/** Rate, shares of status classes and latency, where there is room for them. */
function wideFigures({ meter, lists, nowMs }: ScreenInput, { name }: RouteView): string {
  const series = meter.route(lists.tenant?.name ?? '', name);
  const rate = series?.rate(nowMs) ?? 0;
  const classes = series?.classes(nowMs) ?? [];
  const all = classes.reduce((sum, number) => sum + number, 0);
  const shares = [2, 3, 4, 5].flatMap((hundred) => {
    const number = classes[hundred] ?? 0;
    return number === 0 ? [] : [`${hundred}xx ${percentText(number / all)}`];
  });
  const unanswered = (classes[0] ?? 0) > 0 ? ['no answer'] : [];
  const [p50, p95] = [series?.quantile(0.5), series?.quantile(0.95)];
  const latency = p50 === undefined ? '' : `p50 ${Math.round(p50)} p95 ${Math.round(p95 ?? 0)} ms`;
  return `${fitRight(rate === 0 ? '–' : `${rateText(rate)}/s`, 8)} ${padded([...shares, ...unanswered].join(' '), 20)} ${fitRight(latency, 20)}`;
}

/** `www.example.com /api GET`. */
export function matchText({ hosts, path, conditions }: RouteView): string {
  const [first = '*'] = hosts;
  const host = hosts.length > 1 ? `${first} +${hosts.length - 1}` : first;
  return [host === '*' ? '' : cutMiddle(host, 40), path, ...conditions]
    .filter((part) => part !== '')
    .join(' ');
}

/** `active 90 + canary 10`, `301 https://…`, `500`. */
export function actionText({ action }: RouteView, tenant?: string): string {
  switch (action.type) {
    case 'forward': {
      const isShared = action.backends.length > 1;
      return action.backends
        .map(
          ({ label, weight, cluster }) =>
            `${cluster === null ? '500' : shortName(label, tenant)}${isShared ? ` ${weight}` : ''}`,
        )
        .join(', ');
    }
    case 'redirect':
      return action.words;
    case 'direct':
      return `answers ${action.status}`;
  }
}

/** The route that has answered the tenant's latest request. */
function latestRoute({ lists }: ScreenInput): string | undefined {
  return lists.requests.at(-1)?.value.route;
}
