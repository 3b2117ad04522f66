import type { RemovedDockerRemains } from '../../src/runtime/docker/ownership/remove-remains.ts';

/** Who only cleans up does not wait long for an engine. */
const patienceMs = 1000;

const nothing: RemovedDockerRemains = {
  ...{ instances: [], containers: 0, networks: 0 },
  ...{ disconnected: [], failed: [] },
};

export interface EngineCleaning {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Also what owners left that cannot be looked for from here: on other machines. */
  readonly all: boolean;
}

/** Removes what dead instances left in the engine. Nothing where none answers. */
export async function removeFromEngine({ env, all }: EngineCleaning): Promise<RemovedDockerRemains> {
  const { connectEngine } = await import('../../src/runtime/docker/engine/connect-engine.ts');
  const { EngineUnavailable } = await import('../../src/runtime/docker/engine/engine-unavailable.ts');
  const { removeDockerRemains } = await import('../../src/runtime/docker/ownership/remove-remains.ts');
  try {
    const { docker } = await connectEngine({ env, timeoutMs: patienceMs });
    return await removeDockerRemains({ docker, all });
  } catch (error) {
    if (error instanceof EngineUnavailable) return nothing;
    throw error;
  }
}
