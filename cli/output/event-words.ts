import type { SessionEvent } from '../../src/session/events.ts';
import { formatMs } from './duration.ts';
import { count } from './list-words.ts';
import { type PlainLine, plainLine } from './plain-line.ts';

/** Any event in one line: what the plain output and the terminal app both say of it. */
export function eventWords(event: SessionEvent): PlainLine {
  if (event.type === 'Ready') return readyWords(event);
  if (event.type === 'Diagnostic') return diagnosticWords(event);
  return plainLine(event);
}

type EventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { readonly type: T }>;

function readyWords({ durationMs, urls }: EventOf<'Ready'>): PlainLine {
  const what =
    urls.length === 0
      ? 'nothing listens yet: save a Gateway and an HTTPRoute'
      : `${count(urls.length, 'listener')} answered`;
  return { symbol: '✓', word: 'ready', style: 'green', text: `in ${formatMs(durationMs)}: ${what}` };
}

const severityWords = {
  error: { symbol: '✗', word: 'error', style: 'red' },
  warning: { symbol: '!', word: 'warning', style: 'yellow' },
  hint: { symbol: 'i', word: 'hint', style: 'cyan' },
} as const;

/** The first line of a diagnostic. */
function diagnosticWords(event: EventOf<'Diagnostic'>): PlainLine {
  const { severity, code, message, file, line, column, effect, hint, cleared } = event;
  const place = `${file}:${line}:${column}`;
  if (cleared === true) {
    return {
      symbol: '✓',
      word: 'solved',
      style: 'green',
      text: `${severity} ${code} at ${file}:${line} is gone`,
    };
  }
  const details = [`${place}`, `effect: ${effect}`, `try: ${hint}`];
  return { ...severityWords[severity], text: `${code} ${message}`, details };
}
