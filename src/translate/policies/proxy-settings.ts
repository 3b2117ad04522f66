import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ProxySettings } from '../../model/tenant.ts';
import type { TranslateContext } from '../context.ts';

/** A tenant's Envoy settings and what is to be said about where they came from. */
export interface TenantProxySettings {
  readonly proxy: ProxySettings;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Settings of a tenant's Envoy from the EnvoyProxy objects that its Gateways (`infrastructure.parametersRef`) or their
 * GatewayClass (`parametersRef`) name.
 */
export function proxySettings(_context: TranslateContext, _tenant: string): TenantProxySettings {
  return {
    proxy: {
      concurrency: 1,
      accessLog: { type: 'enabled', logs: [{ format: { type: 'default' }, matches: [] }] },
    },
    diagnostics: [],
  };
}
