import { formatMs } from '../output/duration.ts';
import { explainFlags } from '../output/response-flags.ts';
import type { RequestEvent } from '../tui/model/meter.ts';
import type { DetailLine } from './detail-section.ts';

/** A request in one line, its response flags in words. */
export function requestLine(request: RequestEvent): DetailLine {
  const { time, status, method, host, path, endpoint, pod, durationMs, responseFlags, sampled = 1 } = request;
  const flags = responseFlags === '' ? '' : ` · ${explainFlags(responseFlags)}`;
  const target = pod ?? endpoint;
  const many = sampled > 1 ? ` ×${sampled}` : '';
  const text = `${time.slice(11, 19)}Z ${status === 0 ? '–' : status} ${method} ${host}${path}${target === '' ? '' : ` → ${target}`} ${formatMs(durationMs)}${many}${flags}`;
  return {
    text,
    ...(status === 0 || status >= 500
      ? { style: 'red' as const }
      : status >= 400
        ? { style: 'yellow' as const }
        : {}),
  };
}

/** Everything about one request. */
export function requestFacts(request: RequestEvent): readonly DetailLine[] {
  const {
    time,
    tenant = '',
    status,
    method,
    host,
    path,
    route,
    cluster,
    endpoint,
    pod,
    durationMs,
    responseFlags,
  } = request;
  const pairs: readonly (readonly [string, string])[] = [
    ['time', time],
    ['tenant', tenant],
    ['request', `${method} ${path}`],
    ['host', host],
    ['answer', status === 0 ? 'none: the connection ended before there was one' : String(status)],
    ['flags', responseFlags === '' ? 'none' : explainFlags(responseFlags)],
    ['took', formatMs(durationMs)],
    ['route', route === '' ? 'none matched' : route],
    ['cluster', cluster === '' ? 'none' : cluster],
    ['endpoint', endpoint === '' ? 'none' : endpoint],
    ['pod', pod ?? ''],
  ];
  return pairs
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ text: `${name.padEnd(9)} ${value}` }));
}
