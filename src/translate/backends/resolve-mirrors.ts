import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { positionOf } from '../../resources/position.ts';
import { type Path, resourceName } from '../../resources/resource.ts';
import type { TranslateContext } from '../context.ts';
import type { MirrorShare, RefProblem } from '../rule-backends.ts';
import { clusterDemand } from './cluster-plan.ts';
import { judgeReference } from './judge-reference.ts';
import type { RuleWithSettings } from './resolve-backends.ts';

/** Where a rule's requests are mirrored to. */
export interface Mirrors {
  readonly mirrors: readonly MirrorShare[];
  readonly problems: readonly RefProblem[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Follows the references of a rule's RequestMirror filters. One that cannot be followed is left out, as Gateway API
 * wants it, and the rule serves without it.
 */
export function resolveMirrors(context: TranslateContext, rule: RuleWithSettings): Mirrors {
  const { route, ruleIndex, settings } = rule;
  const mirrors: MirrorShare[] = [];
  const problems: RefProblem[] = [];
  const diagnostics: Diagnostic[] = [];
  const filters = route.object.spec.rules[ruleIndex]?.filters ?? [];
  for (const [index, { requestMirror }] of filters.entries()) {
    if (requestMirror === undefined) continue;
    const path: Path = ['spec', 'rules', ruleIndex, 'filters', index, 'requestMirror', 'backendRef'];
    const judgement = judgeReference(context, { route, reference: requestMirror.backendRef, path });
    if (judgement.type === 'problem') {
      const { reason, message } = judgement.problem;
      const said = `Failed to validate the RequestMirror filter: ${message}`;
      problems.push({ reason, message: said.replace(/\.?$/, '.') });
      const found = { message: said, position: positionOf(route, path), resource: resourceName(route) };
      const [{ hint } = { hint: undefined }] = judgement.diagnostics;
      diagnostics.push(diagnostic('CALB0230', hint === undefined ? found : { ...found, hint }));
    } else if (judgement.type === 'unsimulated') {
      diagnostics.push(...judgement.diagnostics);
    } else if (judgement.target.endpoints.length > 0) {
      const demand = clusterDemand(route, ruleIndex, settings, [{ target: judgement.target, weight: 1 }]);
      mirrors.push({ demand, ...fractionOf(requestMirror) });
    }
  }
  return { mirrors, problems, diagnostics };
}

function fractionOf({
  fraction,
  percent,
}: {
  readonly fraction?: { readonly numerator: number; readonly denominator: number };
  readonly percent?: number;
}): { readonly numerator: number; readonly denominator: number } {
  if (fraction !== undefined) return { numerator: fraction.numerator, denominator: fraction.denominator };
  return { numerator: percent ?? 100, denominator: 100 };
}
