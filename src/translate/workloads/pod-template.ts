import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { KubeObject } from '../../resources/resource.ts';

/** What pods are made from (core/v1 `PodTemplateSpec`). */
export type PodTemplate = NonNullable<Deployment['spec']>['template'];

/** A pod that no Deployment makes: it is its own template. */
export interface Pod extends KubeObject {
  readonly spec: NonNullable<PodTemplate['spec']>;
}

/** What the pods of an owner are made from; `undefined` for one that has none of its own (a Backend). */
export function templateOf(owner: KubeObject): PodTemplate | undefined {
  switch (owner.kind) {
    case 'Deployment':
      return (owner as Deployment).spec?.template;
    case 'Pod': {
      const { metadata, spec } = owner as Pod;
      const { labels = {}, annotations = {} } = metadata;
      return { metadata: { labels, annotations }, spec };
    }
    default:
      return undefined;
  }
}
