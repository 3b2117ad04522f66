import type { KubeObject } from '../../resources/resource.ts';
import { uidOf } from '../../resources/stored-object.ts';
import type { SessionState } from '../state.ts';
import { madeMetadata } from './made-metadata.ts';

/** The account `default` of each namespace. */
export function accountObjects({ store }: SessionState): readonly KubeObject[] {
  return store.resources.list('Namespace').map(({ object }) => {
    const { name: namespace, uid, creationTimestamp } = object.metadata;
    return {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        ...madeMetadata(uidOf(`ServiceAccount/${namespace}/default`, uid), creationTimestamp),
        name: 'default',
        namespace,
      },
    };
  });
}
