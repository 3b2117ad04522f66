import type { EndpointFacts, SessionEvent } from '../../src/session/events.ts';
import type { Style } from './colors.ts';
import { formatMs } from './duration.ts';
import { count } from './list-words.ts';
import { askedText, fileList, kindAndName, objectName } from './plain-cause.ts';
import { endText, plainRuntimeLine, type RuntimeEventType } from './plain-runtime-line.ts';
import { explainFlags } from './response-flags.ts';

/** An event in one line: a symbol and a word say what kind it is, the text says the rest. */
export interface PlainLine {
  readonly symbol: string;
  readonly word: string;
  readonly style: Style;
  readonly text: string;
  /** Further lines below it. */
  readonly details?: readonly string[];
}

type OneLineEvent = Exclude<SessionEvent, { readonly type: 'Ready' | 'Diagnostic' }>;

/** What was done through the API, in kubectl's words. */
const changeMarks = {
  created: { symbol: '+', word: 'created', style: 'blue' },
  configured: { symbol: '~', word: 'configured', style: 'blue' },
  deleted: { symbol: '-', word: 'deleted', style: 'blue' },
} as const satisfies Readonly<Record<string, Omit<PlainLine, 'text'>>>;

/** Describes an event; `Ready` and `Diagnostic` have layouts of their own. */
export function plainLine(event: OneLineEvent): PlainLine {
  switch (event.type) {
    case 'FilesChanged':
      return { symbol: '~', word: 'saved', style: 'blue', text: fileList(event.files) };
    case 'ObjectChanged':
      return { ...changeMarks[event.change], text: `${kindAndName(event.resource)} by ${event.by}` };
    case 'ConfigApplied':
      return { symbol: '✓', word: 'applied', style: 'green', text: appliedText(event) };
    case 'ConfigRejected':
      return {
        symbol: '✗',
        word: 'refused',
        style: 'red',
        text: `Envoy does not accept ${event.resource}: ${event.reason}; the last good one keeps serving`,
      };
    case 'Request':
      return requestLine(event);
    case 'HealthCheckFailed':
      return { symbol: '!', word: 'check failed', style: 'yellow', text: withDetail(event) };
    case 'EndpointUnhealthy':
      return { symbol: '✗', word: 'unhealthy', style: 'red', text: withDetail(event) };
    case 'EndpointHealthy':
      return { symbol: '✓', word: 'healthy', style: 'green', text: withDetail(event) };
    case 'EndpointEjected':
      return { symbol: '✗', word: 'ejected', style: 'red', text: ejectedText(event) };
    case 'EndpointReturned':
      return { symbol: '✓', word: 'returned', style: 'green', text: endpointText(event) };
    case 'TrafficShifted':
      return {
        symbol: '⇄',
        word: 'traffic moved',
        style: 'magenta',
        text: `${routeText(event.route)}: ${event.from} → ${event.to}`,
      };
    case 'Scaled':
      return {
        symbol: '±',
        word: 'scaled',
        style: 'blue',
        text: `${objectName(event.resource)} from ${event.from} to ${count(event.to, 'pod')}`,
      };
    case 'Asked':
      return { symbol: '>', word: 'asked', style: 'blue', text: askedText(event) };
    case 'PodStarted':
      return {
        symbol: '+',
        word: 'pod started',
        style: 'green',
        text: `${event.pod} at ${event.address}`,
      };
    case 'PodStopped':
      return { symbol: '-', word: 'pod stopped', style: 'yellow', text: event.pod + endText(event) };
    default:
      return otherLine(event);
  }
}

type OtherEvent = EventOf<'ProxyConnected' | 'ProxyDisconnected' | 'Problem' | RuntimeEventType>;

function otherLine(event: OtherEvent): PlainLine {
  switch (event.type) {
    case 'ProxyConnected':
      return { symbol: '✓', word: 'connected', style: 'green', text: 'Envoy reads its configuration' };
    case 'ProxyDisconnected':
      return { symbol: '!', word: 'disconnected', style: 'yellow', text: 'Envoy serves what it has' };
    case 'Problem':
      return {
        symbol: '!',
        word: 'problem',
        style: 'yellow',
        text: event.message,
        details: [`try: ${event.hint}`],
      };
    case 'ProxyStarted':
    case 'ProxyExited':
    case 'ProxyReplaced':
    case 'PortsPublished':
    case 'ImagePull':
    case 'EngineLost':
    case 'EngineBack':
    case 'Stopped':
      return plainRuntimeLine(event);
    default:
      // A newer instance may tell of more than this program knows.
      return { symbol: '·', word: (event as SessionEvent).type, style: 'dim', text: '' };
  }
}

type EventOf<T extends SessionEvent['type']> = Extract<SessionEvent, { readonly type: T }>;

function appliedText({ durationMs, changed }: EventOf<'ConfigApplied'>): string {
  const parts = Object.entries(changed)
    .filter(([, number]) => number > 0)
    .map(([type, number]) => count(number, type));
  return `in ${formatMs(durationMs)}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

function requestLine(event: EventOf<'Request'>): PlainLine {
  const { method, host, path, status, responseFlags, endpoint, pod, durationMs, sampled } = event;
  const target = pod === undefined ? endpoint : pod;
  const text = [
    `${method} ${host}${path}`,
    target === '' ? '' : ` from ${target}`,
    ` in ${formatMs(durationMs)}`,
    responseFlags === '' ? '' : ` · ${explainFlags(responseFlags)}`,
    sampled === undefined || sampled <= 1 ? '' : ` · stands for ${sampled} requests`,
  ].join('');
  return { symbol: '→', word: `request ${status}`, style: statusStyle(status), text };
}

function statusStyle(status: number): Style {
  if (status === 0 || status >= 500) return 'red';
  if (status >= 400) return 'yellow';
  return status >= 300 ? 'cyan' : 'green';
}

function endpointText({
  endpoint,
  address,
  pod,
}: Pick<EndpointFacts, 'endpoint' | 'address' | 'pod'>): string {
  const facts = [pod === undefined ? '' : pod, address === endpoint ? '' : address].filter(
    (fact) => fact !== '' && fact !== endpoint,
  );
  return facts.length === 0 ? endpoint : `${endpoint} (${facts.join(', ')})`;
}

function withDetail(event: EndpointFacts): string {
  return event.detail === '' ? endpointText(event) : `${endpointText(event)}: ${event.detail}`;
}

/** `shop, rule 0` of `httproute/demo/shop/rule/0/match/0/www_example_com`: the tenant stands before it already. */
function routeText(route: string): string {
  const [, name, rule] = /^(?:http|grpc)route\/[^/]+\/([^/]+)\/rule\/(\d+)\//.exec(route) ?? [];
  return name === undefined ? route : `${name}, rule ${rule}`;
}

function ejectedText(event: EventOf<'EndpointEjected' | 'EndpointReturned'>): string {
  const { reason, ejections, baseEjectionMs, ejectedForMs = baseEjectionMs * Math.max(1, ejections) } = event;
  const time = ejectedForMs > 0 ? ` for ${formatMs(ejectedForMs)}` : '';
  const repeated = ejections > 1 ? `, the ${ordinal(ejections)} time in a row` : '';
  return `${endpointText(event)}${time}: ${reason}${repeated}`;
}

function ordinal(number: number): string {
  const tens = number % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${suffix}`;
}
