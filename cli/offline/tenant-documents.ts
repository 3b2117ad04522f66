import type { Tenant } from '../../src/model/tenant.ts';
import { tenantJson } from '../../src/xds/tenant-json.ts';
import { assumedLogs } from './translate-paths.ts';

/** Models by tenant. Private keys are not shown. */
export function modelDocument(tenants: ReadonlyMap<string, Tenant>): object {
  return byTenant(tenants, (tenant) => ({
    ...tenant,
    secrets: tenant.secrets.map((secret) => ({ ...secret, privateKey: '[redacted]' })),
  }));
}

/** xDS resources by tenant, in protobuf's JSON form with Envoy's field names. Private keys are not shown. */
export function xdsDocument(tenants: ReadonlyMap<string, Tenant>): object {
  return byTenant(tenants, (tenant) => tenantJson(tenant, assumedLogs));
}

function byTenant(tenants: ReadonlyMap<string, Tenant>, show: (tenant: Tenant) => object): object {
  const entries = [...tenants].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, tenant]) => [name, show(tenant)]));
}
