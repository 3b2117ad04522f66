import type { HTTPRoute } from '../gen/kinds/http-route.ts';
import type { PathRewrite, RedirectAction } from '../model/route.ts';

type Filter = NonNullable<HTTPRoute['spec']['rules'][number]['filters']>[number];

/** `requestRedirect` of a filter. */
export type RedirectSpec = NonNullable<Filter['requestRedirect']>;

/** The listener that a redirect answers on. */
export interface RedirectListener {
  readonly protocol: string;
  /** As declared. */
  readonly port: number;
}

const wellKnown: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * RequestRedirect on a listener (Gateway API v1.6.1, HTTPRequestRedirectFilter `port`): the filter's port, else the
 * well-known one of its scheme, else the listener's; a well-known port of the resulting scheme is not written.
 */
export function redirectAction(spec: RedirectSpec, listener: RedirectListener): RedirectAction {
  const scheme = spec.scheme ?? (listener.protocol === 'HTTPS' ? 'https' : 'http');
  const port =
    spec.port ?? (spec.scheme === undefined ? listener.port : (wellKnown[spec.scheme] ?? listener.port));
  const path = pathRewrite(spec.path);
  return {
    type: 'redirect',
    ...(spec.scheme !== undefined && { scheme: spec.scheme }),
    ...(spec.hostname !== undefined && { host: spec.hostname }),
    ...(port !== wellKnown[scheme] && { port }),
    ...(path !== undefined && { path }),
    status: spec.statusCode ?? 302,
  };
}

/** `path` of a redirect or rewrite. */
export function pathRewrite(path: RedirectSpec['path']): PathRewrite | undefined {
  if (path === undefined) return undefined;
  return path.type === 'ReplaceFullPath'
    ? { type: 'full', value: path.replaceFullPath ?? '' }
    : { type: 'prefix', value: path.replacePrefixMatch ?? '' };
}
