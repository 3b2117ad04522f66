import { explainFlags } from '../../output/response-flags.ts';
import { lowerPanes, type PaneId } from '../app-state.ts';
import { type Item, selectedItem } from '../model/lists.ts';
import type { RequestEvent } from '../model/meter.ts';
import { drawBox, frameColumns, frameRows, type Size } from './box.ts';
import { light } from './header.ts';
import { clockTime, type ScreenInput } from './screen-input.ts';
import { shortName } from './short-names.ts';
import { cutMiddle, fitRight, padded, widthOf } from './text.ts';
import { timelineLines } from './timeline-pane.ts';

const names: Readonly<Record<PaneId, string>> = {
  routes: '1 Routes',
  endpoints: '2 Endpoints',
  timeline: '3 Timeline',
  requests: '4 Requests',
  commands: '5 Commands',
};

/**
 * One of the panes that show what happened, the latest at the end. Where they share one place, its title names the others.
 */
export function drawLower(
  input: ScreenInput,
  pane: PaneId,
  { size, isShared }: { readonly size: Size; readonly isShared: boolean },
): readonly string[] {
  const { state, theme } = input;
  const others = lowerPanes.filter((other) => other !== pane).map((other) => names[other]);
  const filter = state.filters[pane] ?? '';
  const note = [...(filter === '' ? [] : [`/${filter}`]), ...(isShared ? others : [])].join('  ');
  return drawBox(
    { title: names[pane], note, isFocused: state.focus === pane, lines: linesOf(input, pane, size) },
    size,
    theme,
  );
}

function linesOf(input: ScreenInput, pane: PaneId, size: Size): readonly string[] {
  if (pane === 'requests') return requestLines(input, size);
  return pane === 'commands' ? commandLines(input, size) : timelineLines(input, size);
}

function requestLines(input: ScreenInput, size: Size): readonly string[] {
  const { lists, state, theme } = input;
  const width = size.columns - frameColumns;
  const rows = size.rows - frameRows;
  const items = lists.requests;
  if (items.length === 0) return [padded(' no requests yet: g sends some', width)];
  const isSelecting = state.focus === 'requests' && state.selected.requests !== undefined;
  const selected = isSelecting ? selectedItem(items, state.selected.requests) : undefined;
  const end =
    selected === undefined
      ? items.length
      : Math.min(items.length, items.indexOf(selected) + Math.ceil(rows / 3));
  return items.slice(Math.max(0, end - rows), Math.max(end, Math.min(rows, items.length))).map((item) => {
    const text = requestText(item, input, width);
    return item === selected
      ? theme.paint('selected', `${text.sign} ${text.rest}`)
      : `${light(item.value.status, theme)} ${text.rest}`;
  });
}

function requestText({ value }: Item<RequestEvent>, { timeZone }: ScreenInput, width: number) {
  const { status, method, host, path, endpoint, pod, durationMs, responseFlags, sampled = 1 } = value;
  const target = pod === undefined ? shortName(endpoint, value.tenant) : pod.slice(pod.indexOf('/') + 1);
  const flags = responseFlags === '' ? '' : ` · ${explainFlags(responseFlags)}`;
  const many = sampled > 1 ? ` ×${sampled}` : '';
  const start = `${clockTime(Date.parse(value.time), timeZone)} ${fitRight(status === 0 ? '–' : String(status), 3)} ${fitRight(`${Math.round(durationMs)} ms`, 8)}`;
  const end = `${target === '' ? '' : ` → ${target}`}${many}${flags}`;
  // Both the path and what answered it tell something: neither may crowd the other out.
  const room = Math.max(Math.floor((width - 2 - start.length) / 2), width - 4 - start.length - widthOf(end));
  const what = cutMiddle(`${method} ${host}${path}`, room);
  const sign = status === 0 || status >= 500 ? '✗' : status >= 400 ? '◐' : '●';
  return {
    sign,
    rest: padded(`${start} ${what}${end}`, width - 2),
  };
}

function commandLines({ state, timeZone, theme }: ScreenInput, size: Size): readonly string[] {
  const width = size.columns - frameColumns;
  const rows = size.rows - frameRows;
  if (state.commands.length === 0) {
    return [padded(' what keys do stands here as the command that does the same', width)];
  }
  return state.commands.slice(-rows).map(({ timeMs, words, outcome, isFailed }) => {
    const result = outcome === undefined ? '  …' : `  ${isFailed === true ? '✗' : '✓'} ${outcome}`;
    const text = padded(` ${clockTime(timeMs, timeZone)}  ${words}${result}`, width);
    return isFailed === true ? theme.paint('red', text) : text;
  });
}
