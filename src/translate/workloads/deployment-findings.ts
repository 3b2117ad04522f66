import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Deployment } from '../../gen/kinds/deployment.ts';
import { positionOf } from '../../resources/position.ts';
import { type Path, type Resource, resourceName } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import { maxReplicas } from './deployment-pods.ts';
import { appOf, isEcho } from './image-app.ts';
import { missingObjects } from './pod-environment.ts';

/**
 * What is to be said about a Deployment: images that something stands in for because none are run, containers that are not
 * run, Secrets that do not exist.
 */
export function deploymentFindings(
  deployment: Resource<Deployment>,
  resources: Resources,
  runsImages: boolean,
): readonly Diagnostic[] {
  const { metadata, spec } = deployment.object;
  const template = spec?.template.spec;
  if (template === undefined) return [];
  const at = (code: Parameters<typeof diagnostic>[0], path: Path, message: string) =>
    diagnostic(code, {
      message,
      position: positionOf(deployment, ['spec', ...path]),
      resource: resourceName(deployment),
    });
  const found = (code: Parameters<typeof diagnostic>[0], path: Path, message: string) =>
    at(code, ['template', 'spec', ...path], message);
  const image = template.containers[0]?.image;
  const isForeign = !runsImages && image !== undefined && !isEcho(image) && appOf(image) === 'echo';
  const [first, ...others] = template.containers.map(({ name }) => name);
  const { replicas } = spec ?? { replicas: 0 };
  return [
    ...(replicas > maxReplicas
      ? [at('CALB0431', ['replicas'], `${replicas} replicas: ${maxReplicas} of them are simulated`)]
      : []),
    ...(isForeign ? [found('CALB0428', ['containers', 0, 'image'], `echo stands in for ${image}`)] : []),
    ...(others.length > 0
      ? [found('CALB0432', ['containers', 1], `${first} is simulated, ${others.join(', ')} not`)]
      : []),
    ...missingObjects(template, metadata.namespace ?? 'default', resources).map(({ kind, name, path }) =>
      found('CALB0232', path, `${kind} ${metadata.namespace}/${name} not found`),
    ),
  ];
}
