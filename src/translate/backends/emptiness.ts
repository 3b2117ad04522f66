import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { HTTPRoute } from '../../gen/kinds/http-route.ts';
import type { Service } from '../../gen/kinds/service.ts';
import { positionOf } from '../../resources/position.ts';
import { type Path, type Resource, resourceName } from '../../resources/resource.ts';
import type { TranslateContext } from '../context.ts';
import type { BackendTarget } from './backend-target.ts';
import { surroundings } from './surroundings.ts';

/**
 * A warning where a Service can never have endpoints: no Deployment has the labels that it selects. One that is only
 * scaled to 0 is meant so.
 *
 * @param path of the reference in the route
 */
export function emptinessFindings(
  context: TranslateContext,
  route: Resource<HTTPRoute>,
  path: Path,
  target: BackendTarget,
): readonly Diagnostic[] {
  if (target.endpoints.length > 0 || target.resource.object.kind !== 'Service') return [];
  const service = target.resource as Resource<Service>;
  if (surroundings(context).hasPods(service)) return [];
  const { metadata, spec } = service.object;
  const selector = Object.entries(spec?.selector ?? {});
  if (selector.length === 0) return [];
  const isBehind = ({ object }: Resource<Deployment>) =>
    object.metadata.namespace === metadata.namespace &&
    selector.every(([key, value]) => object.spec?.template.metadata?.labels?.[key] === value);
  if (context.resources.list<Deployment>('Deployment').some(isBehind)) return [];
  const labels = selector.map(([key, value]) => `${key}=${value}`).join(',');
  return [
    diagnostic('CALB0228', {
      message: `Service ${metadata.namespace}/${metadata.name} selects ${labels}, which no Deployment's pods have`,
      position: positionOf(route, [...path, 'name']),
      resource: resourceName(route),
    }),
  ];
}
