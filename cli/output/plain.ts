import { render } from '../../src/diagnostics/render.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { noPaint, type Paint, type Style } from './colors.ts';
import { harmless } from './harmless.ts';
import { Causes } from './plain-cause.ts';
import { unflatten } from './plain-diagnostic.ts';
import { type PlainLine, plainLine } from './plain-line.ts';
import { readyBanner } from './ready-banner.ts';
import { pad } from './table.ts';

export interface PlainOptions {
  readonly paint: Paint;
  /** Version of calb-sim, for the banner. */
  readonly version: string;
  /** Text of a file, for the frames of diagnostics; `undefined` when it cannot be shown. */
  readonly readSource: (file: string) => string | undefined;
  /** Times of day in this zone; default local. */
  readonly timeZone?: 'local' | 'utc';
}

/** Turns the event stream into lines for people. Remembers earlier events, to say why. */
export interface Plain {
  /** The event as text, newlines included. */
  render(event: SessionEvent): string;
}

/** Room for a tenant before the first one is known. */
const leastTenantWidth = 6;

/** Width of the column that names the kind of event. */
const wordWidth = 13;

/** One line per event, `time  tenant  what  why`; a banner for `Ready`, a source frame for diagnostics. */
export function createPlain(options: PlainOptions): Plain {
  const causes = new Causes();
  let tenantWidth = leastTenantWidth;
  let isReady = false;
  const line = (event: SessionEvent, { symbol, word, style, text, details = [] }: PlainLine): string => {
    const { paint } = options;
    tenantWidth = Math.max(tenantWidth, event.tenant?.length ?? 0);
    // While it starts, everything has the same cause.
    const kind = event.type === 'FilesChanged' && !isReady ? 'read' : word;
    const because = isReady ? causes.because(event) : undefined;
    const start = [
      paint('dim', timeOfDay(event.time, options.timeZone)),
      pad(paint('cyan', harmless(event.tenant ?? '')), tenantWidth),
      paint(style, text === '' ? `${symbol} ${kind}` : pad(`${symbol} ${kind}`, wordWidth + 2)),
    ].join('  ');
    const first = [
      start,
      ' ',
      harmless(text),
      because === undefined ? '' : paint('dim', `, ${harmless(because)}`),
    ];
    const below = details.map((detail) => `\n${' '.repeat(16)}${harmless(detail)}`);
    return `${first.join('').trimEnd()}${below.join('')}\n`;
  };
  return {
    render(event) {
      const text = renderEvent(event, options, line);
      isReady ||= event.type === 'Ready';
      causes.see(event);
      return text;
    },
  };
}

function renderEvent(
  event: SessionEvent,
  options: PlainOptions,
  line: (event: SessionEvent, parts: PlainLine) => string,
): string {
  const { paint, version } = options;
  if (event.type === 'Ready') return readyBanner({ ...event, version }, paint);
  if (event.type !== 'Diagnostic') return line(event, plainLine(event));
  if (event.cleared === true) {
    const text = `${event.severity} ${event.code} at ${event.file}:${event.line} is gone`;
    return line(event, { symbol: '✓', word: 'solved', style: 'green', text });
  }
  const frame = render(unflatten(event), options.readSource, { color: paint !== noPaint });
  const head = line(event, { ...severityMarks[event.severity], text: event.resource ?? event.file });
  return `${head}${indent(frame)}\n`;
}

const severityMarks: Readonly<
  Record<
    'error' | 'warning' | 'hint',
    { readonly symbol: string; readonly word: string; readonly style: Style }
  >
> = {
  error: { symbol: '✗', word: 'error', style: 'red' },
  warning: { symbol: '!', word: 'warning', style: 'yellow' },
  hint: { symbol: 'i', word: 'hint', style: 'cyan' },
};

function indent(text: string): string {
  return text
    .split('\n')
    .map((part) => `  ${part}`.trimEnd())
    .join('\n');
}

function timeOfDay(time: string, zone: 'local' | 'utc' = 'local'): string {
  if (zone === 'utc') return time.slice(11, 23);
  const date = new Date(time);
  const two = (number: number) => String(number).padStart(2, '0');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
