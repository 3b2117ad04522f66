import type { ApiAccess } from '../../src/api/api-state.ts';
import { type InstanceRecord, listInstances } from '../../src/runtime/process/instances.ts';
import { chooseInstance } from '../choose-instance.ts';
import { InstanceClient } from '../client.ts';
import type { CommandIo } from '../command-io.ts';
import { type Kubeconfig, makeKubeconfig } from './kubeconfig.ts';

export interface InstanceKubeconfig {
  readonly record: InstanceRecord;
  readonly kubeconfig: Kubeconfig;
}

/** The kubeconfig of the chosen instance: of `calb-sim`, or `calb-sim-NAME` where several run. */
export async function instanceKubeconfig(
  io: CommandIo,
  name: string | undefined,
): Promise<InstanceKubeconfig> {
  const record = chooseInstance(io, name);
  const access = await new InstanceClient(record).call<ApiAccess>('/calb/v1/access');
  const context = listInstances(io.env).length > 1 ? `calb-sim-${record.name}` : 'calb-sim';
  return { record, kubeconfig: makeKubeconfig(context, access) };
}
