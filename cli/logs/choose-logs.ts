import type { StatusReport } from '../../src/api/status-report.ts';
import type { KubeObject } from '../../src/resources/resource.ts';
import { CliError } from '../cli-error.ts';
import type { InstanceClient } from '../client.ts';
import { exitCodes } from '../exit-codes.ts';
import { listWords } from '../output/list-words.ts';

/** A log as the instance's API names it: `pod/NS/NAME`, `proxy/TENANT`, `access/TENANT`. */
export type LogName = string;

/** Which of a tenant's logs are meant. */
export interface LogChoice {
  readonly namespace?: string;
  /** Only the access log. */
  readonly access?: true;
  /** Only what Envoy wrote. */
  readonly envoy?: true;
}

/**
 * The logs that a target means: those of a tenant, of a pod, or of all pods of a Deployment.
 *
 * @throws {CliError} exit 2 when several could be meant, exit 1 when there is none
 */
export async function chooseLogs(
  client: InstanceClient,
  target: string | undefined,
  choice: LogChoice,
): Promise<readonly LogName[]> {
  const [kind = '', name, ...rest] = (target ?? '').split('/');
  if (name === undefined) return ofTenant(client, target, choice);
  if (rest.length > 0 || name === '') throw noTarget(target);
  if (['pod', 'pods', 'po'].includes(kind))
    return ofPods(client, choice, `pod ${name}`, (pod) => pod === name);
  if (['deployment', 'deployments', 'deploy', 'deployment.apps'].includes(kind)) {
    // Deployment, ReplicaSet and pod: `active-858c6d4d7c-cs8zm`.
    const isOf = (pod: string) => pod.replace(/-[^-]+-[^-]+$/, '') === name;
    return ofPods(client, choice, `pod of the Deployment ${name}`, isOf);
  }
  throw noTarget(target);
}

function noTarget(target: string | undefined): CliError {
  return new CliError(
    exitCodes.usage,
    `"${target}" has no log`,
    'calb-sim logs TENANT, pod/NAME or deployment/NAME -n NAMESPACE',
  );
}

async function ofTenant(
  client: InstanceClient,
  wanted: string | undefined,
  { access, envoy }: LogChoice,
): Promise<readonly LogName[]> {
  const { tenants } = await client.call<StatusReport>('/calb/v1/status');
  const names = tenants.map(({ name }) => name);
  const [only, ...others] = names;
  if (wanted === undefined && others.length > 0) {
    throw new CliError(exitCodes.usage, `several tenants run: ${listWords(names)}`, 'calb-sim logs TENANT');
  }
  const name = wanted ?? only;
  if (name === undefined || !names.includes(name)) {
    const hint =
      names.length === 0 ? 'save a Gateway' : `tenants are ${listWords(names)}; of a pod: pod/NAME`;
    throw new CliError(exitCodes.noSuchObject, `there is no tenant ${name ?? ''}`.trimEnd(), hint);
  }
  return [
    ...(envoy === true && access !== true ? [] : [`access/${name}`]),
    ...(access === true && envoy !== true ? [] : [`proxy/${name}`]),
  ];
}

async function ofPods(
  client: InstanceClient,
  { namespace }: LogChoice,
  what: string,
  fits: (name: string) => boolean,
): Promise<readonly LogName[]> {
  const { items } = await client.call<{ readonly items: readonly KubeObject[] }>('/api/v1/pods');
  const found = items
    .map(({ metadata }) => metadata)
    .filter((pod) => fits(pod.name) && (namespace === undefined || pod.namespace === namespace));
  const namespaces = [...new Set(found.map((pod) => pod.namespace ?? ''))];
  if (namespaces.length > 1) {
    throw new CliError(
      exitCodes.usage,
      `there is a ${what} in ${listWords(namespaces)}`,
      'say which one: -n',
    );
  }
  if (found.length === 0) {
    const where = namespace === undefined ? '' : ` in namespace ${namespace}`;
    throw new CliError(
      exitCodes.noSuchObject,
      `there is no ${what}${where}`,
      'calb-sim get pods -A lists them',
    );
  }
  return found.map((pod) => `pod/${pod.namespace}/${pod.name}`);
}
