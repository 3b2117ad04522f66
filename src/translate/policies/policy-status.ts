import type { Resource } from '../../resources/resource.ts';
import { controllerName } from '../data-plane-gateways.ts';

/** A Gateway, or one of its listeners, under which a policy has a status. */
export interface Ancestor {
  readonly namespace: string;
  readonly name: string;
  readonly sectionName?: string;
}

/** A condition without its time, which whoever stores it knows. */
export interface PolicyCondition {
  readonly type: 'Accepted' | 'ResolvedRefs' | 'Overridden' | 'Merged' | 'Warning' | 'Aggregated';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** Gateway API's limit of `status.ancestors`. */
const maxAncestors = 16;

interface AncestorEntry {
  readonly ancestor: Ancestor;
  readonly conditions: Map<PolicyCondition['type'], PolicyCondition>;
}

/** Collects the conditions of one policy, ancestor by ancestor. */
export class PolicyStatus {
  readonly #generation: number;
  readonly #ancestors = new Map<string, AncestorEntry>();

  constructor(policy: Resource) {
    this.#generation = policy.object.metadata.generation;
  }

  /** Sets a condition; a type that is set twice keeps its place and takes the later value. */
  set(ancestor: Ancestor, condition: PolicyCondition): void {
    this.#entry(ancestor).conditions.set(condition.type, condition);
  }

  /** `Accepted=True`, unless something else was said. */
  accept(ancestor: Ancestor): void {
    const { conditions } = this.#entry(ancestor);
    if (conditions.has('Accepted')) return;
    conditions.set('Accepted', {
      type: 'Accepted',
      status: 'True',
      reason: 'Accepted',
      message: 'Policy has been accepted.',
    });
  }

  /** `status` of the policy; `undefined` when it has no ancestors. */
  status(): unknown {
    if (this.#ancestors.size === 0) return undefined;
    return { ancestors: this.#shown().map((entry) => this.#toAncestor(entry)) };
  }

  #entry(ancestor: Ancestor): AncestorEntry {
    const key = `${ancestor.namespace}/${ancestor.name}#${ancestor.sectionName ?? ''}`;
    const known = this.#ancestors.get(key);
    if (known !== undefined) return known;
    const entry: AncestorEntry = { ancestor, conditions: new Map() };
    this.#ancestors.set(key, entry);
    return entry;
  }

  /** All ancestors, or the most important ones where the list is too long. */
  #shown(): readonly AncestorEntry[] {
    const all = [...this.#ancestors.values()];
    if (all.length <= maxAncestors) return all;
    const shown = all.sort(byImportance).slice(0, maxAncestors);
    shown.at(-1)?.conditions.set('Aggregated', {
      type: 'Aggregated',
      status: 'True',
      reason: 'Aggregated',
      message: `Ancestors have been truncated because the number of policy ancestors exceeds ${maxAncestors}.`,
    });
    return shown;
  }

  #toAncestor({ ancestor, conditions }: AncestorEntry): unknown {
    const { namespace, name, sectionName } = ancestor;
    return {
      ancestorRef: {
        group: 'gateway.networking.k8s.io',
        kind: 'Gateway',
        namespace,
        name,
        ...(sectionName === undefined ? {} : { sectionName }),
      },
      controllerName,
      conditions: [...conditions.values()].map((condition) => ({
        ...condition,
        observedGeneration: this.#generation,
      })),
    };
  }
}

function byImportance(a: AncestorEntry, b: AncestorEntry): number {
  const x = `${rank(a)} ${a.ancestor.namespace}/${a.ancestor.name}`;
  const y = `${rank(b)} ${b.ancestor.namespace}/${b.ancestor.name}`;
  return x < y ? -1 : x > y ? 1 : 0;
}

function rank({ conditions }: AncestorEntry): number {
  if (conditions.get('Accepted')?.status === 'False') return 0;
  return conditions.get('Overridden')?.status === 'True' ? 1 : 2;
}
