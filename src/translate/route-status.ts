import type { HTTPRoute } from '../gen/kinds/http-route.ts';
import type { Resource } from '../resources/resource.ts';
import { conditions, type Verdict } from './conditions.ts';
import { controllerName } from './data-plane-gateways.ts';
import type { JudgedParent } from './parents.ts';
import type { RouteShape } from './route-shape.ts';
import type { RefProblem } from './rule-backends.ts';

/** A judged parent and what its rules' references came to. */
export interface ParentReport {
  readonly parent: JudgedParent;
  readonly problems: readonly RefProblem[];
}

/**
 * `status` of an HTTPRoute: one entry for each parentRef that names a data-plane Gateway, with the parentRef as it is
 * declared. `undefined` when there is none.
 */
export function routeStatus(
  route: Resource<HTTPRoute>,
  shape: RouteShape,
  reports: readonly ParentReport[],
): unknown {
  if (reports.length === 0) return undefined;
  const { generation } = route.object.metadata;
  return {
    parents: reports.map(({ parent, problems }) => ({
      parentRef: parent.ref,
      controllerName,
      conditions: conditions(generation, [...acceptance(shape, parent), references(problems)]),
    })),
  };
}

/**
 * `Accepted`, and `PartiallyInvalid` where some rules are in order and others are not (Gateway API v1.6.1,
 * RouteConditionPartiallyInvalid).
 */
function acceptance({ rules }: RouteShape, { refusal }: JudgedParent): readonly Verdict[] {
  if (refusal !== undefined) return [['Accepted', 'False', refusal.reason, refusal.message]];
  const accepted: Verdict = ['Accepted', 'True', 'Accepted', 'Route is accepted'];
  const invalid = rules.filter(({ errors }) => errors.length > 0);
  const reason = invalid[0]?.errors[0]?.reason;
  if (reason === undefined) return [accepted];
  const texts = invalid.flatMap(({ errors }) => errors.map(({ message }) => message)).join('; ');
  if (invalid.length === rules.length) return [['Accepted', 'False', reason, texts]];
  const dropped = invalid.map(({ index }) => index).join(' ');
  return [accepted, ['PartiallyInvalid', 'True', reason, `Dropped Rule(s) [${dropped}]: ${texts}`]];
}

function references(problems: readonly RefProblem[]): Verdict {
  const [first] = problems;
  if (first === undefined) {
    return ['ResolvedRefs', 'True', 'ResolvedRefs', 'Resolved all the Object references for the Route'];
  }
  const texts = [...new Set(problems.map(({ message }) => message))].join(' ');
  return ['ResolvedRefs', 'False', first.reason, texts];
}
