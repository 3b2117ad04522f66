import { formatAge } from '../../src/resources/table/format-age.ts';
import type { ClusterView, EndpointView, RouteView } from '../../src/session/view/instance-view.ts';
import type { TimelineEntry } from '../tui/model/timeline.ts';
import { endpointName, stateWords } from '../tui/screen/endpoints-pane.ts';
import { actionText, matchText } from '../tui/screen/routes-pane.ts';
import { clockTime } from '../tui/screen/screen-input.ts';
import { conditionSections } from './conditions.ts';
import type { Became, DetailFacts } from './detail-facts.ts';
import type { DetailLine, DetailSection } from './detail-section.ts';
import { requestLine } from './request-text.ts';

/** Requests and entries that are shown. */
const shownRequests = 10;
const shownEntries = 20;

/** An object in words: where it comes from, what is said of it, what it became, and what happened. */
export function describeObject(facts: DetailFacts): readonly DetailSection[] {
  const { ref, object, diagnostics, became, requests, history, nowMs } = facts;
  if (object === undefined) {
    return [
      { title: ref, lines: [{ text: 'there is no such object (any more)' }] },
      { title: 'History', lines: historyLines(history) },
    ];
  }
  return [
    { title: ref, lines: identityLines(facts) },
    ...conditionSections(object),
    {
      title: 'Diagnostics',
      lines: diagnostics.flatMap(({ code, severity, message, position, effect, hint }) => [
        {
          text: `${severity} ${code} at ${position.file}:${position.line}:${position.column}: ${message}`,
          style: severity === 'error' ? ('red' as const) : ('yellow' as const),
        },
        { text: `  effect: ${effect}` },
        { text: `  fix: ${hint}` },
      ]),
    },
    ...became.flatMap((part) => becameSections(part, nowMs)),
    { title: 'Latest requests', lines: requests.slice(-shownRequests).map(requestLine) },
    { title: 'History', lines: historyLines(history) },
  ];
}

function identityLines({ object, declared, nowMs }: DetailFacts): readonly DetailLine[] {
  if (object === undefined) return [];
  const { metadata, apiVersion } = object;
  const pairs: readonly (readonly [string, string])[] = [
    ['API version', apiVersion],
    ['declared at', declared === undefined ? 'in no file' : `${declared.file}:${declared.line}`],
    ['age', formatAge(nowMs - Date.parse(metadata.creationTimestamp))],
    ['generation', String(metadata.generation)],
    ['labels', entries(metadata.labels)],
    ['annotations', entries(metadata.annotations)],
  ];
  return pairs
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ text: `${name.padEnd(12)} ${value}` }));
}

function entries(record: Readonly<Record<string, string>> = {}): string {
  return Object.entries(record)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function becameSections({ tenant, routes, clusters }: Became, nowMs: number): readonly DetailSection[] {
  return [
    { title: `Routes of ${tenant.name}`, lines: routes.map(routeLine) },
    ...clusters.map((cluster) => ({
      title: `Cluster ${cluster.label} of ${tenant.name}`,
      lines: clusterLines(cluster, nowMs),
    })),
  ];
}

function routeLine(route: RouteView): DetailLine {
  return { text: `rule ${route.rule}: ${matchText(route)} → ${actionText(route)}` };
}

/** What is checked, and how each endpoint is. */
export function clusterLines(cluster: ClusterView, nowMs: number): readonly DetailLine[] {
  const { name, protocol, healthCheck, outlierDetection, isPanicking, endpoints } = cluster;
  return [
    { text: `xDS name     ${name}` },
    { text: `protocol     ${protocol === 'http2' ? 'HTTP/2' : 'HTTP/1.1'}` },
    { text: `health check ${healthCheck ?? 'none: endpoints count as healthy'}` },
    { text: `ejection     ${outlierDetection ?? 'none: errors eject nobody'}` },
    ...(isPanicking
      ? [{ text: 'PANIC: so few endpoints are healthy that Envoy uses all of them', style: 'red' as const }]
      : []),
    ...(endpoints.length === 0
      ? [{ text: 'no endpoints: requests are answered 503', style: 'red' as const }]
      : []),
    ...endpoints.map((endpoint) => endpointLine(endpoint, nowMs)),
  ];
}

/** An endpoint's state, where it is, and why it is out. */
export function endpointLine(endpoint: EndpointView, nowMs: number): DetailLine {
  const { symbol, words, style } = stateWords(endpoint, nowMs);
  const { address, priority, detail, declared } = endpoint;
  const name = endpointName(endpoint);
  const where = address === name || address === declared ? '' : ` at ${address}`;
  const why = detail === undefined ? '' : `: ${detail}`;
  return {
    text: `${symbol} ${words.padEnd(10)} ${name}${where}, priority ${priority}${why}`,
    ...(style === 'red' || style === 'yellow' || style === 'green' ? { style } : {}),
  };
}

/** Entries of the timeline with why. */
export function historyLines(history: readonly TimelineEntry[]): readonly DetailLine[] {
  return history.slice(-shownEntries).map(({ timeMs, symbol, word, text, because, times, isFault }) => ({
    text: `${clockTime(timeMs, 'local')} ${symbol} ${word} ${text}${times > 1 ? ` ×${times}` : ''}${because === undefined ? '' : `, ${because}`}`,
    ...(isFault ? { style: 'red' as const } : {}),
  }));
}
