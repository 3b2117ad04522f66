import type { KubeObject } from '../../resources/resource.ts';
import { uidOf } from '../../resources/stored-object.ts';

/** Name of the ReplicaSet that a pod of a Deployment belongs to: `active-858c6d4d7c`, of `active-858c6d4d7c-cs8zm`. */
export function replicaSetName(podName: string): string {
  return podName.slice(0, podName.lastIndexOf('-'));
}

/** What stands for the template in a pod's name. */
export function templateHash(podName: string): string {
  return replicaSetName(podName).split('-').at(-1) ?? '';
}

/** Uid of a Deployment's ReplicaSet. */
export function replicaSetUid({ metadata }: KubeObject, name: string): string {
  return uidOf(`ReplicaSet/${metadata.namespace ?? ''}/${name}`, metadata.uid);
}
