import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { BackendTrafficPolicy } from '../../gen/kinds/backend-traffic-policy.ts';
import { positionOf } from '../../resources/position.ts';
import { type Path, type Resource, resourceName } from '../../resources/resource.ts';
import type { Fidelity } from '../translation.ts';
import { unsimulatedFields } from './unsimulated-fields.ts';

/** What is to be said about a BackendTrafficPolicy on its own: what is not simulated, and how timing differs. */
export function policyFindings(
  policy: Resource<BackendTrafficPolicy>,
  fidelity: Fidelity,
): readonly Diagnostic[] {
  const { spec } = policy.object;
  const found = (code: Parameters<typeof diagnostic>[0], path: Path, message: string) =>
    diagnostic(code, { message, position: positionOf(policy, path, 'key'), resource: resourceName(policy) });
  return [
    ...unsimulatedFields(spec).map(({ path, message }) => found('CALB0424', path, message)),
    ...timing(spec.healthCheck, fidelity).map(({ code, message }) =>
      found(code, ['spec', 'healthCheck'], message),
    ),
  ];
}

function timing(
  healthCheck: BackendTrafficPolicy['spec']['healthCheck'],
  fidelity: Fidelity,
): readonly { readonly code: 'CALB0425' | 'CALB0426'; readonly message: string }[] {
  const { active, passive } = healthCheck ?? {};
  if (active === undefined && passive === undefined) return [];
  const interval = active?.interval ?? '3s';
  if (fidelity === 'local') {
    const checks =
      active === undefined ? '' : `without traffic checks run every ${interval} instead of every 60s, and `;
    return [{ code: 'CALB0425', message: `${checks}health changes act at once instead of up to 1s later` }];
  }
  const checks =
    active === undefined ? '' : `without traffic checks run every 60s instead of every ${interval}, and `;
  return [{ code: 'CALB0426', message: `${checks}health changes act up to 1s later` }];
}
