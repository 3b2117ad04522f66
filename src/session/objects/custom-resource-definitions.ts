import type { KubeObject } from '../../resources/resource.ts';
import { kindData } from '../../resources/schema/kind-data.ts';
import { wholeSeconds } from '../../resources/whole-seconds.ts';

/** Of Kubernetes' own kinds there are none. */
const builtinModule = 'k8s.io/kubernetes';

let made: { readonly startedAtMs: number; readonly objects: readonly KubeObject[] } | undefined;

/**
 * The CustomResourceDefinitions of all kinds that are not Kubernetes' own, without their schemas (those are in OpenAPI).
 * Those of Gateway API say which bundle they are of, as its installed CRDs do.
 */
export function customResourceDefinitions({
  settings: { startedAtMs },
}: {
  readonly settings: { readonly startedAtMs: number };
}): readonly KubeObject[] {
  if (made?.startedAtMs !== startedAtMs) made = { startedAtMs, objects: makeAll(startedAtMs) };
  return made.objects;
}

function makeAll(startedAtMs: number): readonly KubeObject[] {
  const creationTimestamp = wholeSeconds(startedAtMs);
  return kindData
    .filter(({ origin }) => origin.module !== builtinModule)
    .map((data): KubeObject => {
      const { group, versions, kind, plural, singular, shortNames, categories, namespaced, origin } = data;
      const name = `${plural}.${group}`;
      const names = {
        plural,
        singular,
        kind,
        listKind: `${kind}List`,
        ...(shortNames.length > 0 && { shortNames }),
        ...(categories.length > 0 && { categories }),
      };
      return {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: {
          ...{ name, uid: `crd-${name}`, resourceVersion: '1', generation: 1, creationTimestamp },
          ...(origin.annotations !== undefined && { annotations: origin.annotations }),
        },
        spec: {
          group,
          names,
          scope: namespaced ? 'Namespaced' : 'Cluster',
          versions: versions.map((version, index) => ({ name: version, served: true, storage: index === 0 })),
        },
        status: {
          acceptedNames: names,
          storedVersions: versions.slice(0, 1),
          conditions: [
            { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
            {
              type: 'Established',
              status: 'True',
              reason: 'InitialNamesAccepted',
              message: 'the initial names have been accepted',
            },
          ],
        },
      };
    });
}
