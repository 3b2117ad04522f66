import type { EnvoyProxySpec } from '../../gen/kinds/envoy-proxy.ts';
import type { AccessLog, AccessLogSettings } from '../../model/tenant.ts';
import type { Path } from '../../resources/resource.ts';

type Spec = NonNullable<EnvoyProxySpec['telemetry']>['accessLog'];
type Setting = NonNullable<NonNullable<Spec>['settings']>[number];

/** Envoy Gateway's default: one log of all requests in its own JSON format. */
export const defaultAccessLog: AccessLogSettings = {
  type: 'enabled',
  logs: [{ format: { type: 'default' }, matches: [] }],
};

/** EnvoyProxy `telemetry.accessLog`; sinks other than files are left out. */
export function accessLogSettings(spec: Spec): AccessLogSettings {
  if (spec?.disable === true) return { type: 'disabled' };
  const settings = spec?.settings ?? [];
  if (settings.length === 0) return defaultAccessLog;
  const logs = settings.filter(hasFileSink).map(toLog);
  return logs.length === 0 ? { type: 'disabled' } : { type: 'enabled', logs };
}

/** Sinks that are not simulated, with their path in the object. */
export function unsimulatedSinks(spec: Spec): readonly { readonly path: Path; readonly type: string }[] {
  return (spec?.settings ?? []).flatMap(({ sinks }, s) =>
    sinks.flatMap(({ type = 'File' }, index) =>
      type === 'File'
        ? []
        : [{ path: ['spec', 'telemetry', 'accessLog', 'settings', s, 'sinks', index], type }],
    ),
  );
}

function hasFileSink({ sinks }: Setting): boolean {
  return sinks.some(({ type = 'File' }) => type === 'File');
}

function toLog({ format, matches = [] }: Setting): AccessLog {
  return { format: formatOf(format), matches };
}

function formatOf(format: Setting['format']): AccessLog['format'] {
  if (format?.text !== undefined && format.type !== 'JSON') return { type: 'text', text: format.text };
  if (format?.json !== undefined) return { type: 'json', fields: format.json };
  return { type: 'default' };
}
