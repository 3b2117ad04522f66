import type { SessionEvent } from '../../src/session/events.ts';
import { formatMs } from './duration.ts';
import { count } from './list-words.ts';
import type { PlainLine } from './plain-line.ts';
import { formatBytes } from './progress.ts';

/** Events about who runs Envoys and pods rather than about what they do. */
export type RuntimeEventType =
  | 'ProxyStarted'
  | 'ProxyExited'
  | 'ProxyReplaced'
  | 'PortsPublished'
  | 'ImagePull'
  | 'EngineLost'
  | 'EngineBack'
  | 'Stopped';

type EventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { readonly type: T }>;

/** Describes what was started, replaced, fetched or stopped. */
export function plainRuntimeLine(event: EventOf<RuntimeEventType>): PlainLine {
  switch (event.type) {
    case 'ProxyStarted':
      return { symbol: '+', word: 'Envoy started', style: 'green', text: proxyText(event) };
    case 'ProxyExited':
      return exitLine(event);
    case 'ProxyReplaced':
      return { symbol: '⟳', word: 'replaced', style: 'blue', text: replacedText(event) };
    case 'PortsPublished':
      return { symbol: '+', word: 'published', style: 'green', text: publishedText(event) };
    case 'ImagePull':
      return pullLine(event);
    case 'EngineLost':
      return {
        symbol: '✗',
        word: 'engine lost',
        style: 'red',
        text: `${event.reason}; nothing runs until it is back`,
      };
    case 'EngineBack':
      return {
        symbol: '✓',
        word: 'engine back',
        style: 'green',
        text: `after ${formatMs(event.awayMs)}; everything is made anew`,
      };
    case 'Stopped':
      return { symbol: '-', word: 'stopped', style: 'bold', text: stoppedText(event) };
  }
}

function exitLine(event: EventOf<'ProxyExited'>): PlainLine {
  if (event.exitCode === 0 && !event.willRestart) {
    return { symbol: '-', word: 'Envoy stopped', style: 'yellow', text: '' };
  }
  return {
    symbol: '✗',
    word: 'Envoy ended',
    style: 'red',
    text: `it ended${endText(event)}`,
    ...(event.detail === undefined ? {} : { details: event.detail.split('\n') }),
  };
}

/** ` with exit code 1, it starts again`, as far as it applies. */
export function endText({
  exitCode,
  willRestart,
}: {
  readonly exitCode?: number;
  readonly willRestart: boolean;
}): string {
  const code = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
  return `${code}${willRestart ? ', it starts again' : ''}`;
}

function proxyText({ pid, container }: EventOf<'ProxyStarted'>): string {
  if (container !== undefined) return `container ${shortId(container)}`;
  return pid === undefined ? '' : `pid ${pid}`;
}

/** Ids of containers as the Docker client prints them. */
export function shortId(container: string): string {
  return container.slice(0, 12);
}

function publishedText({ sockets, awayMs }: EventOf<'PortsPublished'>): string {
  const away = awayMs > 0 ? `the others were away for ${formatMs(awayMs)}` : 'the others without a break';
  return `${sockets.join(', ')}; ${away}`;
}

function replacedText({ awayMs, reason }: EventOf<'ProxyReplaced'>): string {
  const away = awayMs > 0 ? `away for ${formatMs(awayMs)}` : 'without a break';
  return `Envoy, ${away}: ${reason}`;
}

function pullLine({ image, state, doneBytes, totalBytes, reason }: EventOf<'ImagePull'>): PlainLine {
  const size = totalBytes > 0 ? formatBytes(totalBytes) : '';
  switch (state) {
    case 'pulling': {
      const figures =
        size === '' || doneBytes === 0
          ? size
          : `${Math.floor((100 * doneBytes) / totalBytes)} %, ${formatBytes(doneBytes)} of ${size}`;
      return { symbol: '↓', word: 'pulling', style: 'blue', text: joined(image, figures) };
    }
    case 'pulled':
      return { symbol: '✓', word: 'pulled', style: 'green', text: joined(image, size) };
    case 'failed':
      return { symbol: '✗', word: 'pull failed', style: 'red', text: joined(image, reason ?? '', ': ') };
  }
}

function joined(image: string, more: string, by = '  '): string {
  return more === '' ? image : `${image}${by}${more}`;
}

const removedWords: Readonly<Record<string, string>> = {
  proxies: 'Envoy',
  pods: 'pod',
  services: 'Service',
  containers: 'container',
  networks: 'network',
};

/** Where everything ran in containers, they are what was removed; Envoys and pods were in them. */
const inContainers = ['containers', 'networks'];

function stoppedText({ removed, durationMs }: EventOf<'Stopped'>): string {
  return `${removedText(removed)} in ${formatMs(durationMs)}`;
}

/** `removed 2 Envoys, 3 pods`, of the counts of a `Stopped` event. */
export function removedText(removed: Readonly<Record<string, number>>): string {
  const counts = Object.entries(removed).filter(([, number]) => number > 0);
  const contained = counts.filter(([what]) => inContainers.includes(what));
  const parts = (contained.length > 0 ? contained : counts).map(([what, number]) =>
    removedWords[what] === undefined ? `${number} ${what}` : count(number, removedWords[what]),
  );
  return `removed ${parts.length === 0 ? 'nothing' : parts.join(', ')}`;
}
