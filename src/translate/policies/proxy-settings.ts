import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../diagnostics/did-you-mean.ts';
import type { EnvoyProxy, EnvoyProxySpec } from '../../gen/kinds/envoy-proxy.ts';
import type { Gateway } from '../../gen/kinds/gateway.ts';
import type { ProxySettings } from '../../model/tenant.ts';
import { positionOf } from '../../resources/position.ts';
import { type Path, type Resource, resourceName } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import type { TranslateContext } from '../context.ts';
import { dataPlaneGateways } from '../data-plane-gateways.ts';
import { keepIdentity } from '../keep-identity.ts';
import { accessLogSettings, defaultAccessLog, unsimulatedSinks } from './access-log.ts';
import { byAge } from './age.ts';
import { type EnvoyProxyReference, effectiveEnvoyProxy, envoyProxyReferences } from './envoy-proxies.ts';

/** A tenant's Envoy settings and what is to be said about where they came from. */
export interface TenantProxySettings {
  readonly proxy: ProxySettings;
  readonly diagnostics: readonly Diagnostic[];
}

const defaults: ProxySettings = { concurrency: 1, accessLog: defaultAccessLog };

const byContext = new WeakMap<TranslateContext, Map<string, TenantProxySettings>>();
const latest = new Map<string, ProxySettings>();

/**
 * Settings of a tenant's Envoy from the EnvoyProxy objects that its Gateways (`infrastructure.parametersRef`) or their
 * GatewayClass (`parametersRef`) name. A tenant has one Envoy: of several Gateways the oldest that has an EnvoyProxy
 * decides. The settings keep their identity while they say the same.
 */
export function proxySettings(context: TranslateContext, tenant: string): TenantProxySettings {
  const ofContext = byContext.get(context) ?? new Map<string, TenantProxySettings>();
  byContext.set(context, ofContext);
  const known = ofContext.get(tenant);
  if (known !== undefined) return known;
  const made = makeSettings(context, tenant);
  const proxy = keepIdentity(latest.get(tenant), made.proxy);
  latest.set(tenant, proxy);
  ofContext.set(tenant, { ...made, proxy });
  return { ...made, proxy };
}

/** How many worker threads a tenant's Envoy shall have, of {@link proxySettings}: known before anything is translated. */
export function proxyConcurrency(resources: Resources, tenant: string): number {
  const references = referencesOf(resources, dataPlaneGateways(resources), tenant);
  const spec = references.map(effectiveEnvoyProxy).find((candidate) => candidate !== undefined);
  return spec?.concurrency ?? defaults.concurrency;
}

/** What each of the tenant's Gateways refers to, the oldest Gateway first. */
function referencesOf(resources: Resources, gateways: readonly Resource<Gateway>[], tenant: string) {
  return gateways
    .filter(({ object }) => object.metadata.namespace === tenant)
    .toSorted(byAge)
    .map((gateway) => envoyProxyReferences(resources, gateway));
}

function makeSettings(context: TranslateContext, tenant: string): TenantProxySettings {
  const gateways = context.gateways as readonly Resource<Gateway>[];
  const references = referencesOf(context.resources, gateways, tenant);
  const specs = references.map(effectiveEnvoyProxy);
  const spec = specs.find((candidate) => candidate !== undefined);
  const all = references.flat();
  const used = new Set(all.flatMap(({ proxy }) => (proxy === undefined ? [] : [proxy])));
  return {
    proxy: spec === undefined ? defaults : settingsOf(spec),
    diagnostics: [
      ...all.filter(({ proxy }) => proxy === undefined).map((missing) => notFound(context, missing)),
      ...[...used].flatMap(findings),
    ],
  };
}

function settingsOf(spec: EnvoyProxySpec): ProxySettings {
  return {
    concurrency: spec.concurrency ?? defaults.concurrency,
    accessLog: accessLogSettings(spec.telemetry?.accessLog),
  };
}

function notFound(
  { resources }: TranslateContext,
  { from, path, namespace, name }: EnvoyProxyReference,
): Diagnostic {
  const siblings = resources
    .list('EnvoyProxy')
    .filter(({ object }) => object.metadata.namespace === namespace)
    .map(({ object }) => object.metadata.name);
  const near = didYouMean(name, siblings);
  return diagnostic('CALB0231', {
    message: `EnvoyProxy ${namespace}/${name} not found`,
    position: positionOf(from, [...path, 'name']),
    resource: resourceName(from),
    ...(near === undefined ? {} : { hint: `did you mean "${near}"?` }),
  });
}

const unsimulated = [
  'backendTLS',
  'bootstrap',
  'dynamicModules',
  'extraArgs',
  'filterOrder',
  'geoIP',
  'ipFamily',
  'luaValidation',
  'mergeBackends',
  'mergeGateways',
  'preserveRouteOrder',
  'routingType',
  'shutdown',
] as const satisfies readonly (keyof EnvoyProxySpec)[];

function findings(proxy: Resource<EnvoyProxy>): readonly Diagnostic[] {
  const { spec } = proxy.object;
  const say = (path: Path, message: string) =>
    diagnostic('CALB0424', { message, position: positionOf(proxy, path), resource: resourceName(proxy) });
  const telemetry = (['metrics', 'tracing', 'healthCheckLog', 'requestID'] as const).filter(
    (field) => spec.telemetry?.[field] !== undefined,
  );
  return [
    ...unsimulated
      .filter((field) => spec[field] !== undefined && spec[field] !== false)
      .map((field) => say(['spec', field], `${field} of EnvoyProxy is not simulated yet`)),
    ...telemetry.map((field) =>
      say(['spec', 'telemetry', field], `telemetry.${field} of EnvoyProxy is not simulated yet`),
    ),
    ...unsimulatedSinks(spec.telemetry?.accessLog).map(({ path, type }) =>
      say(path, `access log sink ${type} is not simulated yet: files only`),
    ),
  ];
}
