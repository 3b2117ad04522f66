import type { InstanceClaim } from '../../src/runtime/process/instances.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import type { RuntimeEvent } from '../../src/runtime/runtime-event.ts';
import { packageFacts } from '../package-root.ts';
import type { ChosenRuntime } from './choose-runtime.ts';

export interface RuntimeStart {
  readonly claim: InstanceClaim;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onEvent: (event: RuntimeEvent) => void;
}

/** Starts the runtime that was chosen. The code of the other one is not loaded. */
export async function startRuntime(
  chosen: ChosenRuntime,
  { claim, env, onEvent }: RuntimeStart,
): Promise<Runtime> {
  const { record, runFolder, stateFile } = claim;
  const common = { instance: record.name, runFolder, stateFile, onEvent };
  if (chosen.name === 'process') {
    const { startProcessRuntime } = await import('../../src/runtime/process/process-runtime.ts');
    return startProcessRuntime({ ...common, envoy: chosen.envoy });
  }
  const { engine, images, envoyVersion, offline } = chosen;
  const { startDockerRuntime } = await import('../../src/runtime/docker/docker-runtime.ts');
  const { version } = packageFacts();
  return startDockerRuntime({
    ...common,
    ...{ engine, images, envoyVersion, offline, env, version, folder: record.folder },
  });
}
