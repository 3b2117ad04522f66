import { type FailureCause, failure } from '../kube-status.ts';
import type { Reply } from '../route.ts';
import type { FieldError } from './field-error.ts';
import { kindTitle, type WriteTarget } from './write-target.ts';

/** `HTTPRoute.gateway.networking.k8s.io "x" is invalid: spec.rules[0]: Invalid value: …` (422). */
export function invalidObject({ kind }: WriteTarget, name: string, errors: readonly FieldError[]): Reply {
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  const all = texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
  const causes: FailureCause[] = errors.map(({ reason, field, message }) => ({ reason, message, field }));
  return failure('Invalid', `${kindTitle(kind)} "${name}" is invalid: ${all}`, {
    name,
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.kind,
    causes,
  });
}
