import type { PodImage } from '../../pod-image.ts';

/** Whether the end of a pod's program is the end of the pod: it is not started again. */
export function isFinal(image: PodImage | undefined, exitCode: number | undefined): boolean {
  const { restarts } = image ?? {};
  return restarts === 'Never' || (restarts === 'OnFailure' && exitCode === 0);
}
