import type { ListenerUrl } from '../../src/session/events.ts';
import type { Paint } from './colors.ts';
import { formatMs } from './duration.ts';
import { count } from './list-words.ts';
import { formatRows } from './table.ts';

/** Host names of one listener that get a line of their own; the rest is counted. */
const maxHostnames = 4;

/** What the banner says. */
export interface ReadyFacts {
  readonly version: string;
  readonly envoyVersion: string;
  readonly runtime: string;
  readonly durationMs: number;
  readonly urls: readonly ListenerUrl[];
}

/** Where everything is, with lines to copy. Ends with a newline. */
export function readyBanner(facts: ReadyFacts, paint: Paint): string {
  const { version, envoyVersion, runtime, durationMs, urls } = facts;
  const title = [
    paint('bold', `calb-sim ${version}`),
    `Envoy ${envoyVersion}`,
    `${runtime} runtime`,
    paint('green', `ready in ${formatMs(durationMs)}`),
  ].join(' · ');
  const body =
    urls.length === 0
      ? '  nothing listens yet: save a Gateway and an HTTPRoute'
      : indent(listenerTable(urls, paint));
  const foot = paint('dim', '  save a file to change what runs · Ctrl-C stops everything and cleans up');
  return `\n${title}\n\n${body}\n\n${foot}\n\n`;
}

/** A row per listener and host name, with a `curl` line that works as it is. */
export function listenerTable(urls: readonly ListenerUrl[], paint: Paint): string {
  const header = ['TENANT', 'GATEWAY', 'LISTENER', 'TRY'].map((title) => paint('dim', title));
  const rows = urls.flatMap((listener) => {
    const { tenant, gateway, hostnames } = listener;
    const names = hostnames.length === 0 ? ['*'] : hostnames;
    const shown = names.slice(0, maxHostnames).map((hostname) => curlLine(listener, hostname));
    const left = names.length - shown.length;
    if (left > 0) shown.push(paint('dim', `… and ${count(left, 'more host name')}`));
    return shown.map((line, index) =>
      index === 0
        ? [paint('cyan', tenant), shortGateway(gateway), listener.listener, line]
        : ['', '', '', line],
    );
  });
  return formatRows([header, ...rows]);
}

/** Within its tenant's line, a Gateway needs no namespace. */
function shortGateway(gateway: string): string {
  return gateway.slice(gateway.indexOf('/') + 1);
}

/**
 * A `curl` command that reaches a host name of a listener. HTTPS needs the name in the handshake, so it is resolved to
 * the listener's address; the certificate is most likely the person's own.
 */
export function curlLine({ url, address, port }: ListenerUrl, hostname: string): string {
  if (hostname === '*') return url.startsWith('https:') ? `curl -k ${url}` : `curl ${url}`;
  const host = hostname.replace(/^\*\./, 'www.');
  if (!url.startsWith('https:')) return `curl -H 'Host: ${host}' ${url}`;
  const authority = port === 443 ? host : `${host}:${port}`;
  const target = address.includes(':') ? `[${address}]` : address;
  return `curl -k --resolve ${host}:${port}:${target} https://${authority}/`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
