import type { ReferenceGrant } from '../../gen/kinds/reference-grant.ts';
import type { Resource } from '../../resources/resource.ts';
import { generated, keepResource } from './generated.ts';

type Grant = Resource<ReferenceGrant>;
type To = ReferenceGrant['spec']['to'][number];

/** The schema's limit of `spec.to`. */
const maxTo = 16;

/** Names of the Backends made from a CycloudBackend, or from all of a namespace. */
export type BackendNames = (namespace: string | undefined, name: string | undefined) => readonly string[];

const latest = new WeakMap<Grant, Grant>();

/**
 * A ReferenceGrant that permits references to CycloudBackends (also as Services, which is how routes write them),
 * permitting those to their Backends as well. Others are given back as they are; equal results are identical.
 */
export function dataPlaneGrant(grant: Grant, namesOf: BackendNames): Grant {
  const { metadata, spec } = grant.object;
  const names = new Set(
    spec.to.filter(meansCycloudBackend).flatMap(({ name }) => namesOf(metadata.namespace, name)),
  );
  if (names.size === 0) return grant;
  const others = spec.to.filter(({ group }) => group !== 'loadbalancing.cycloud.jp');
  const backend = { group: 'gateway.envoyproxy.io', kind: 'Backend' };
  const named = [...names].map((name): To => ({ ...backend, name }));
  const to =
    others.length + named.length <= maxTo ? [...others, ...named] : [...others, backend].slice(-maxTo);
  const next = generated<ReferenceGrant>({ ...grant.object, spec: { ...spec, to } }, grant);
  const kept = keepResource(latest.get(grant), next);
  latest.set(grant, kept);
  return kept;
}

function meansCycloudBackend({ group, kind }: To): boolean {
  return (
    (group === 'loadbalancing.cycloud.jp' && kind === 'CycloudBackend') ||
    (group === '' && kind === 'Service')
  );
}
