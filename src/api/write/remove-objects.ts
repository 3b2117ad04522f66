import { objectKey } from '../../resources/manifest.ts';
import type { KubeObject } from '../../resources/resource.ts';
import type { ApiCall } from '../route.ts';
import { fieldManager } from './request-options.ts';

/** Removes objects at once, whoever holds them. */
export function removeObjects(call: ApiCall, objects: readonly KubeObject[]): void {
  const keys = objects.map(({ kind, metadata }) => objectKey(kind, metadata.namespace, metadata.name));
  call.state.writer.write({ put: [], delete: keys, by: fieldManager(call) });
}
