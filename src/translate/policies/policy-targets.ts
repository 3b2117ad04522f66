import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../diagnostics/did-you-mean.ts';
import type { BackendTrafficPolicy } from '../../gen/kinds/backend-traffic-policy.ts';
import type { Gateway } from '../../gen/kinds/gateway.ts';
import type { HTTPRoute } from '../../gen/kinds/http-route.ts';
import { positionOf } from '../../resources/position.ts';
import { type Path, type Resource, resourceName } from '../../resources/resource.ts';
import type { TranslateContext } from '../context.ts';
import { routeKinds } from '../grpc-route.ts';
import { namedTargets, type PolicyTarget, selectsTarget } from './policy-index.ts';

type Policy = Resource<BackendTrafficPolicy>;

/** What a policy's reference or selector found. */
export interface FoundTarget<T extends Gateway | HTTPRoute> {
  readonly policy: Policy;
  readonly target: Resource<T>;
  readonly sectionName: string | undefined;
  /** Path of the reference in the policy. */
  readonly path: Path;
}

/** The objects of a kind (by `namespace/name`) that a policy selects, then those that it names. */
export function foundTargets<T extends Gateway | HTTPRoute>(
  context: TranslateContext,
  policy: Policy,
  kind: 'Gateway' | (typeof routeKinds)[number],
  objects: ReadonlyMap<string, Resource<T>>,
): readonly FoundTarget<T>[] {
  const hasSelectors = (policy.object.spec.targetSelectors ?? []).length > 0;
  const selected = hasSelectors
    ? [...objects.values()].filter((target) => selectsTarget(context, policy, target))
    : [];
  const named = namedTargets(policy).flatMap((target, index): FoundTarget<T>[] => {
    const object = objects.get(`${policy.object.metadata.namespace}/${target.name}`);
    if (target.kind !== kind || object === undefined) return [];
    return [{ policy, target: object, sectionName: target.sectionName, path: targetPath(policy, index) }];
  });
  const path = ['spec', 'targetSelectors'];
  return [...selected.map((target) => ({ policy, target, sectionName: undefined, path })), ...named];
}

/** Findings for targets that a policy names and that do not exist or cannot have policies here. */
export function missingTargets(
  context: TranslateContext,
  routes: readonly Resource<HTTPRoute>[],
  policy: Policy,
): readonly Diagnostic[] {
  return namedTargets(policy).flatMap((target, index): Diagnostic[] => {
    const path = targetPath(policy, index);
    const isRoute = routeKinds.some((kind) => kind === target.kind);
    if (!isRoute && target.kind !== 'Gateway') {
      const message = `policies on ${target.kind} are not simulated yet`;
      return [policyFinding(policy, 'CALB0424', [...path, 'kind'], message)];
    }
    // Gateways of other controllers exist, too, though no policy here can act on them.
    const objects = isRoute
      ? routes.filter(({ object }) => object.kind === target.kind)
      : context.resources.list('Gateway');
    const hint = missingHint(policy, target, objects);
    if (hint === undefined) return [];
    const message = `${target.kind} ${policy.object.metadata.namespace}/${target.name} not found`;
    return [{ ...policyFinding(policy, 'CALB0229', [...path, 'name'], message), ...hint }];
  });
}

/** A finding about a policy, at a path of it. */
export function policyFinding(
  policy: Policy,
  code: Parameters<typeof diagnostic>[0],
  path: Path,
  message: string,
): Diagnostic {
  return diagnostic(code, { message, position: positionOf(policy, path), resource: resourceName(policy) });
}

/** What was probably meant by a name that does not exist; `undefined` when it exists. */
function missingHint(
  policy: Policy,
  { kind, name }: PolicyTarget,
  objects: readonly Resource[],
): { readonly hint?: string } | undefined {
  const { namespace } = policy.object.metadata;
  const siblings = objects.filter(({ object }) => object.metadata.namespace === namespace);
  const names = siblings.map(({ object }) => object.metadata.name);
  if (names.includes(name)) return undefined;
  const near = didYouMean(name, names);
  if (near !== undefined) return { hint: `did you mean "${near}"?` };
  const elsewhere = objects.find(({ object }) => object.metadata.name === name)?.object.metadata.namespace;
  if (elsewhere === undefined) return {};
  return { hint: `there is ${kind} ${elsewhere}/${name}: put the policy into ${elsewhere}` };
}

function targetPath({ object }: Policy, index: number): Path {
  if (object.spec.targetRef === undefined) return ['spec', 'targetRefs', index];
  return index === 0 ? ['spec', 'targetRef'] : ['spec', 'targetRefs', index - 1];
}
