import type Dockerode from 'dockerode';

/** The label of our own images; its value says which one it is. */
export const imageLabel = 'io.calb-sim.image';

/** Ids of all images of ours that the engine has, of any version. */
export async function ownImageIds(docker: Dockerode): Promise<readonly string[]> {
  const images = await docker.listImages({ filters: { label: [imageLabel] } });
  return images.map(({ Id }) => Id);
}
