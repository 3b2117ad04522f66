import { builtinGatewayClasses } from '../../src/resources/builtins.ts';
import type { KubeObject } from '../../src/resources/resource.ts';
import type { Resources } from '../../src/resources/resources.ts';
import { declaredResources } from './declared.ts';

/**
 * Objects as a person would write them: nothing that a server assigns, so that they can be applied to a cluster. What
 * exists without being declared (classes, namespaces) is left out, and so are CALB's own classes.
 */
export function kubeObjects(resources: Resources): readonly object[] {
  return declaredResources(resources)
    .filter(({ object }) => !isCalbClass(object))
    .map(({ object }) => withoutServerFields(object));
}

function isCalbClass({ kind, spec }: KubeObject): boolean {
  return kind === 'GatewayClass' && Object(spec).controllerName === builtinGatewayClasses.application;
}

function withoutServerFields(object: KubeObject): object {
  const { apiVersion, kind, metadata, status: _status, ...rest } = object;
  const { name, namespace, labels, annotations } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    ...rest,
  };
}
