import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { PodVolume } from '../../runtime/pod-image.ts';

type PodSpec = NonNullable<NonNullable<NonNullable<Deployment['spec']>['template']>['spec']>;
type Volume = NonNullable<PodSpec['volumes']>[number];

/**
 * The folders of a container that its volumes take the place of. Volumes whose contents are not known here (disks, folders
 * of a node) are empty, as `emptyDir` is.
 */
export function podVolumes(
  { volumeMounts = [] }: PodSpec['containers'][number],
  volumes: readonly Volume[],
): readonly PodVolume[] {
  return volumeMounts.flatMap(({ name, mountPath, subPath = '', subPathExpr = '' }): PodVolume[] => {
    const volume = volumes.find((candidate) => candidate.name === name);
    const path = mountPath.replace(/\/+$/, '');
    if (volume === undefined || path === '') return [];
    const contents = volume.configMap ?? volume.secret ?? volume.projected ?? volume.downwardAPI;
    if (contents === undefined) return [{ path, isScratch: true }];
    // One file of it: what lies beside that stays.
    if (subPath !== '' || subPathExpr !== '') return [];
    const { defaultMode } = contents;
    return [{ path, ...(defaultMode !== undefined && { fileMode: defaultMode }) }];
  });
}
