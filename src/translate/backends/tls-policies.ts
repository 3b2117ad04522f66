import type { BackendTLSPolicy } from '../../gen/kinds/backend-tls-policy.ts';
import type { UpstreamTls } from '../../model/cluster.ts';
import type { Resource } from '../../resources/resource.ts';
import type { TranslateContext } from '../context.ts';
import { byAge } from '../policies/age.ts';
import { type CaBundle, caBundle, joinPems } from './ca-bundle.ts';

type Policy = Resource<BackendTLSPolicy>;

/** What a policy may target: a Service's port by its name, a whole Service, or a Backend. */
export interface TlsTarget {
  readonly kind: 'Service' | 'Backend';
  readonly namespace: string;
  readonly name: string;
  readonly section?: string | undefined;
}

/** How to speak TLS to a backend, or why nothing may be sent to it. */
export type TlsJudgement =
  | { readonly type: 'tls'; readonly tls: UpstreamTls }
  | {
      readonly type: 'broken';
      readonly reason: 'InvalidKind' | 'InvalidCACertificateRef';
      readonly message: string;
    };

/** The BackendTLSPolicies of a context: which is in force where, and which lost to another one. */
export interface TlsPolicies {
  /** Oldest first. */
  readonly policies: readonly Policy[];
  /** The policy in force: that of the section before that of the whole. */
  inForce(target: TlsTarget): Policy | undefined;
  /** Who had a target of this policy before it. */
  winnerOver(policy: Policy): Policy | undefined;
  judge(policy: Policy): TlsJudgement;
}

const known = new WeakMap<TranslateContext, TlsPolicies>();

/** Made once for each context. */
export function tlsPolicies(context: TranslateContext): TlsPolicies {
  const done = known.get(context);
  if (done !== undefined) return done;
  const made = makePolicies(context);
  known.set(context, made);
  return made;
}

function makePolicies(context: TranslateContext): TlsPolicies {
  const policies = [...context.resources.list<BackendTLSPolicy>('BackendTLSPolicy')].sort(byAge);
  const byTarget = new Map<string, Policy>();
  const winners = new Map<Policy, Policy>();
  const judged = new Map<Policy, TlsJudgement>();
  for (const policy of policies) {
    const { namespace = 'default' } = policy.object.metadata;
    for (const { group, kind, name, sectionName } of policy.object.spec.targetRefs) {
      const key = keyOf(`${group}/${kind}`, namespace, name, sectionName);
      const before = byTarget.get(key);
      if (before === undefined) byTarget.set(key, policy);
      else if (before !== policy) winners.set(policy, winners.get(policy) ?? before);
    }
  }
  return {
    policies,
    inForce({ kind, namespace, name, section }) {
      if (policies.length === 0) return undefined;
      const type = kind === 'Service' ? '/Service' : 'gateway.envoyproxy.io/Backend';
      const ofSection =
        section === undefined ? undefined : byTarget.get(keyOf(type, namespace, name, section));
      return ofSection ?? byTarget.get(keyOf(type, namespace, name, undefined));
    },
    winnerOver: (policy) => winners.get(policy),
    judge(policy) {
      const done = judged.get(policy) ?? judge(context, policy);
      judged.set(policy, done);
      return done;
    },
  };
}

function keyOf(type: string, namespace: string, name: string, section: string | undefined): string {
  return `${type}/${namespace}/${name}#${section ?? ''}`;
}

/** One authority that can be read is enough; which of several cannot is said by none. */
function judge(context: TranslateContext, { object }: Policy): TlsJudgement {
  const {
    caCertificateRefs = [],
    hostname,
    subjectAltNames = [],
    wellKnownCACertificates,
  } = object.spec.validation;
  const names = subjectAltNames.map(({ type, hostname: dns = '', uri = '' }) =>
    type === 'URI' ? ({ type: 'uri', value: uri } as const) : ({ type: 'dns', value: dns } as const),
  );
  const tls = {
    sni: hostname,
    subjectAltNames: names.length > 0 ? names : [{ type: 'dns', value: hostname } as const],
  };
  if (wellKnownCACertificates === 'System') return { type: 'tls', tls: { ...tls, authorities: 'system' } };
  const { namespace = 'default' } = object.metadata;
  const bundles = caCertificateRefs.map((reference) => caBundle(context, namespace, reference));
  const usable = bundles.flatMap((bundle) => (bundle.type === 'usable' ? [bundle.pem] : []));
  if (usable.length > 0) return { type: 'tls', tls: { ...tls, authorities: { pem: joinPems(usable) } } };
  return broken(bundles);
}

function broken(bundles: readonly CaBundle[]): TlsJudgement {
  const wrong = bundles.flatMap((bundle) => (bundle.type === 'unusable' ? [bundle] : []));
  const isKind = wrong.some(({ reason }) => reason === 'InvalidKind');
  return {
    type: 'broken',
    reason: isKind ? 'InvalidKind' : 'InvalidCACertificateRef',
    message: wrong[0]?.message ?? 'no certificate of an authority is named',
  };
}
