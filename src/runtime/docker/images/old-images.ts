import type Dockerode from 'dockerode';
import { parseImageReference } from './image-reference.ts';
import { ownImageIds } from './own-image-ids.ts';

/** An image that was marked this recently may have no containers yet: another start is about to make them. */
const graceMs = 60_000;

/** Says that an image is about to be used, by giving it its tag again: the engine remembers when that was. */
export async function markUsed(docker: Dockerode, tag: string): Promise<void> {
  const { name: repo, version } = parseImageReference(tag);
  await docker
    .getImage(tag)
    .tag({ repo, tag: version })
    .catch(() => undefined);
}

export interface OldImageOptions {
  readonly docker: Dockerode;
  /** Tags that stay. */
  readonly keep: readonly string[];
  readonly nowMs: number;
}

/**
 * Removes images of ours that neither `keep` names nor any container uses, running or not. Answers their tags. What
 * cannot be removed stays: it is only disk space.
 */
export async function removeOldImages({ docker, keep, nowMs }: OldImageOptions): Promise<readonly string[]> {
  const [ids, containers] = await Promise.all([
    ownImageIds(docker),
    docker.listContainers({ all: true, filters: {} }),
  ]);
  const used = new Set(containers.map(({ ImageID }) => ImageID));
  const removed: string[] = [];
  for (const id of ids) {
    if (used.has(id)) continue;
    removed.push(...(await removeUnlessKept(docker, id, { keep, nowMs }).catch(() => [])));
  }
  return removed;
}

async function removeUnlessKept(
  docker: Dockerode,
  id: string,
  { keep, nowMs }: Omit<OldImageOptions, 'docker'>,
): Promise<readonly string[]> {
  const image = await docker.getImage(id).inspect();
  // Podman writes `localhost/` before names without a registry.
  const tags = (image.RepoTags ?? []).map((tag) => tag.replace(/^localhost\//, ''));
  // A person who gave it another name wants it.
  const isOurs = tags.every((tag) => tag.startsWith('calb-sim/'));
  const { Metadata } = image as { readonly Metadata?: { readonly LastTagTime?: string } };
  const markedAtMs = Date.parse(Metadata?.LastTagTime ?? '');
  const isYoung = nowMs - markedAtMs < graceMs;
  if (!isOurs || isYoung || tags.some((tag) => keep.includes(tag))) return [];
  // By tag and not by force: the engine refuses where a container came to use it meanwhile.
  for (const tag of tags) await docker.getImage(tag).remove();
  if (tags.length === 0) await docker.getImage(id).remove();
  return tags;
}
