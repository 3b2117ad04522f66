import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { BackendTrafficPolicy } from '../../gen/kinds/backend-traffic-policy.ts';
import type { Gateway } from '../../gen/kinds/gateway.ts';
import type { HTTPRoute } from '../../gen/kinds/http-route.ts';
import { type Path, type Resource, resourceName } from '../../resources/resource.ts';
import type { Attachments } from '../attachments.ts';
import type { TranslateContext } from '../context.ts';
import { routeKinds } from '../grpc-route.ts';
import { mergePolicy } from './merge-policy.ts';
import { policyErrors } from './policy-errors.ts';
import { policyIndex } from './policy-index.ts';
import { describeScopes, PolicyScopes, scopesWithout } from './policy-scopes.ts';
import { type Ancestor, PolicyStatus } from './policy-status.ts';
import { type FoundTarget, foundTargets, missingTargets, policyFinding } from './policy-targets.ts';

type Policy = Resource<BackendTrafficPolicy>;

/** Statuses of all BackendTrafficPolicies, and who conflicts with whom. */
export interface PolicyStatuses {
  readonly statuses: ReadonlyMap<Policy, unknown>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * `status.ancestors` of every BackendTrafficPolicy, as Envoy Gateway gives it
 * (`internal/gatewayapi/backendtrafficpolicy.go`): rules before routes before listeners before Gateways, the oldest
 * policy of a target first.
 */
export function policyStatuses(context: TranslateContext, attachments: Attachments): PolicyStatuses {
  const { policies } = policyIndex(context);
  if (policies.length === 0) return { statuses: new Map(), diagnostics: [] };
  return new StatusPass(context, attachments, policies).run();
}

class StatusPass {
  readonly #context: TranslateContext;
  readonly #attachments: Attachments;
  readonly #policies: readonly Policy[];
  readonly #statuses = new Map<Policy, PolicyStatus>();
  readonly #diagnostics: Diagnostic[] = [];
  readonly #taken = new Map<string, Policy>();
  readonly #overrides = new PolicyScopes();
  readonly #merged = new PolicyScopes();
  readonly #gateways: ReadonlyMap<string, Resource<Gateway>>;

  constructor(context: TranslateContext, attachments: Attachments, policies: readonly Policy[]) {
    this.#context = context;
    this.#attachments = attachments;
    this.#policies = policies;
    // The context's Gateways are those of this controller's classes, whatever their spec.
    this.#gateways = new Map(
      (context.gateways as readonly Resource<Gateway>[]).map((gateway) => [idOf(gateway), gateway]),
    );
  }

  run(): PolicyStatuses {
    for (const policy of this.#policies) this.#statuses.set(policy, new PolicyStatus(policy));
    for (const policy of this.#policies) {
      this.#diagnostics.push(...missingTargets(this.#context, this.#attachments.routes, policy));
    }
    const routes = routeKinds.flatMap((kind) => {
      const ofKind = this.#attachments.routes.filter(({ object }) => object.kind === kind);
      const byId = new Map(ofKind.map((route) => [idOf(route), route]));
      return this.#policies.flatMap((policy) => foundTargets(this.#context, policy, kind, byId));
    });
    const gateways = this.#policies.flatMap((policy) =>
      foundTargets(this.#context, policy, 'Gateway', this.#gateways),
    );
    for (const found of routes.filter(isSection)) this.#onRoute(found);
    for (const found of routes.filter((other) => !isSection(other))) this.#onRoute(found);
    for (const found of gateways.filter(isSection)) this.#onGateway(found);
    for (const found of gateways.filter((other) => !isSection(other))) this.#onGateway(found);
    const statuses = [...this.#statuses].flatMap(([policy, status]) => {
      const value = status.status();
      return value === undefined ? [] : [[policy, value] as const];
    });
    return { statuses: new Map(statuses), diagnostics: this.#diagnostics };
  }

  #onRoute(found: FoundTarget<HTTPRoute>): void {
    const { policy, target, sectionName } = found;
    const ancestors = this.#parents(target);
    for (const { namespace, name, sectionName: listener } of ancestors) {
      this.#overrides.add(`${namespace}/${name}`, listener, { kind: 'route', name: idOf(target) });
    }
    if (sectionName !== undefined && !target.object.spec.rules.some(({ name }) => name === sectionName)) {
      const message = `No section name ${sectionName} found for ${target.object.kind} ${idOf(target)}`;
      this.#refuse(found, ancestors, 'TargetNotFound', message);
      return;
    }
    const label =
      sectionName === undefined
        ? `${target.object.kind} ${target.object.metadata.name}`
        : `RouteRule ${target.object.metadata.name}/${sectionName}`;
    if (!this.#take(found, label, ancestors)) return;
    if (policy.object.spec.mergeType !== undefined) this.#merge(found);
    else this.#refuseErrors(policy, ancestors);
    for (const ancestor of ancestors) this.#status(policy).accept(ancestor);
    this.#warnDeprecated(policy, ancestors);
    if (sectionName === undefined) this.#tellOverriddenRules(found, ancestors);
  }

  #onGateway(found: FoundTarget<Gateway>): void {
    const { policy, target, sectionName } = found;
    const id = idOf(target);
    const { namespace = 'default', name } = target.object.metadata;
    const ancestor: Ancestor = { namespace, name, ...(sectionName === undefined ? {} : { sectionName }) };
    if (sectionName !== undefined && !target.object.spec.listeners.some((one) => one.name === sectionName)) {
      const message = `No section name ${sectionName} found for Gateway ${id}`;
      this.#refuse(found, [ancestor], 'TargetNotFound', message);
      return;
    }
    const label = sectionName === undefined ? `Gateway ${name}` : `Listener ${id}/${sectionName}`;
    if (!this.#take(found, label, [ancestor])) return;
    if (sectionName !== undefined) {
      this.#overrides.add(id, undefined, { kind: 'listener', name: `${id}/${sectionName}` });
    }
    this.#refuseErrors(policy, [ancestor]);
    this.#status(policy).accept(ancestor);
    this.#warnDeprecated(policy, [ancestor]);
    this.#tellChildren(policy, id, sectionName, ancestor);
  }

  #tellChildren(policy: Policy, gateway: string, listener: string | undefined, ancestor: Ancestor): void {
    const merged = this.#merged.children(gateway, listener);
    const overriding = scopesWithout(this.#overrides.descendants(gateway, listener), merged);
    const say = (type: 'Merged' | 'Overridden', verb: string, scopes: string) => {
      if (scopes === '') return;
      const message = `This policy is being ${verb} by other backendTrafficPolicies for ${scopes}`;
      this.#status(policy).set(ancestor, { type, status: 'True', reason: type, message });
    };
    say('Merged', 'merged', describeScopes(merged));
    say('Overridden', 'overridden', describeScopes(overriding));
  }

  /** Merges a route's policy with the one of each listener (or its Gateway) that takes the route. */
  #merge({ policy, target }: FoundTarget<HTTPRoute>): void {
    const index = policyIndex(this.#context);
    for (const { gateway, listenerNames } of this.#attachments.ofRoute(target)) {
      const { namespace = 'default', name } = gateway.object.metadata;
      for (const sectionName of listenerNames) {
        const ofListener = index.ofListener(gateway, sectionName);
        const parent = ofListener ?? index.ofGateway(gateway);
        const ancestor = { namespace, name, sectionName };
        const spec =
          parent === undefined ? policy.object.spec : mergePolicy(parent.object.spec, policy.object.spec);
        const [error] = policyErrors(spec);
        if (error !== undefined) this.#refuseError(policy, [ancestor], error.path, error.message);
        if (parent === undefined || error !== undefined) continue;
        const listener = ofListener === undefined ? undefined : sectionName;
        this.#merged.add(idOf(gateway), listener, { kind: 'route', name: idOf(target) });
        this.#status(policy).set(ancestor, {
          type: 'Merged',
          status: 'True',
          reason: 'Merged',
          message: `Merged with policy ${idOf(parent)}`,
        });
      }
    }
  }

  #tellOverriddenRules({ policy, target }: FoundTarget<HTTPRoute>, ancestors: readonly Ancestor[]): void {
    const rules = target.object.spec.rules.flatMap(({ name }) =>
      name !== undefined && this.#taken.has(takenKey(target, name)) ? [name] : [],
    );
    if (rules.length === 0) return;
    const message = `This policy is being overridden by other backendTrafficPolicy for these route rules: [${rules.sort().join(' ')}]`;
    for (const ancestor of ancestors) {
      this.#status(policy).set(ancestor, {
        type: 'Overridden',
        status: 'True',
        reason: 'Overridden',
        message,
      });
    }
  }

  /** Whether the target is still free; else the policy is refused there as conflicted. */
  #take(found: FoundTarget<Gateway | HTTPRoute>, label: string, ancestors: readonly Ancestor[]): boolean {
    const key = takenKey(found.target, found.sectionName);
    const holder = this.#taken.get(key);
    if (holder === undefined) {
      this.#taken.set(key, found.policy);
      return true;
    }
    // A policy that names and selects the same target does not conflict with itself.
    if (holder === found.policy) return false;
    const message = `Unable to target ${label}, another BackendTrafficPolicy has already attached to it`;
    this.#refuse(
      found,
      ancestors,
      'Conflicted',
      message,
      `${message}: ${idOf(holder)}, which has precedence`,
    );
    return false;
  }

  #refuse(
    found: FoundTarget<Gateway | HTTPRoute>,
    ancestors: readonly Ancestor[],
    reason: 'Conflicted' | 'TargetNotFound',
    message: string,
    said = message,
  ): void {
    for (const ancestor of ancestors) {
      this.#status(found.policy).set(ancestor, { type: 'Accepted', status: 'False', reason, message });
    }
    const code = reason === 'Conflicted' ? 'CALB0320' : 'CALB0229';
    this.#diagnostics.push(policyFinding(found.policy, code, found.path, said));
  }

  #refuseErrors(policy: Policy, ancestors: readonly Ancestor[]): void {
    const [error] = policyErrors(policy.object.spec);
    if (error !== undefined) this.#refuseError(policy, ancestors, error.path, error.message);
  }

  #refuseError(policy: Policy, ancestors: readonly Ancestor[], path: Path, message: string): void {
    for (const ancestor of ancestors) {
      this.#status(policy).set(ancestor, {
        type: 'Accepted',
        status: 'False',
        reason: 'Invalid',
        message: message.replace(/\.?$/, '.'),
      });
    }
    this.#diagnostics.push(policyFinding(policy, 'CALB0321', path, message));
  }

  #warnDeprecated(policy: Policy, ancestors: readonly Ancestor[]): void {
    const { targetRef, compression = [] } = policy.object.spec;
    const said = [
      ...(compression.length === 0 ? [] : ['spec.compression is deprecated, use spec.compressor instead']),
      ...(targetRef === undefined ? [] : ['spec.targetRef is deprecated, use spec.targetRefs instead']),
    ];
    if (said.length === 0) return;
    for (const ancestor of ancestors) {
      const message = said.join('; ');
      this.#status(policy).set(ancestor, {
        type: 'Warning',
        status: 'True',
        reason: 'DeprecatedField',
        message,
      });
    }
  }

  /** The route's parentRefs that name a data-plane Gateway. */
  #parents({ object }: Resource<HTTPRoute>): readonly Ancestor[] {
    return (object.spec.parentRefs ?? []).flatMap((parent): Ancestor[] => {
      const namespace = parent.namespace ?? object.metadata.namespace ?? 'default';
      if ((parent.kind ?? 'Gateway') !== 'Gateway') return [];
      if (!this.#gateways.has(`${namespace}/${parent.name}`)) return [];
      const { name, sectionName } = parent;
      return [{ namespace, name, ...(sectionName === undefined ? {} : { sectionName }) }];
    });
  }

  #status(policy: Policy): PolicyStatus {
    const status = this.#statuses.get(policy);
    if (status === undefined) throw new Error(`no status was begun for ${resourceName(policy)}`);
    return status;
  }
}

function isSection({ sectionName }: { readonly sectionName: string | undefined }): boolean {
  return sectionName !== undefined;
}

function takenKey(target: Resource, sectionName: string | undefined): string {
  return `${resourceName(target)}#${sectionName ?? ''}`;
}

function idOf({ object }: Resource): string {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}
