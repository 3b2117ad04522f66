import type { KubeObject } from '../../resources/resource.ts';
import { failure, noSuchResource, notFound } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { servedKind } from '../served-kind.ts';

/** Most pods that a Deployment may be scaled to: each of them is a listening program on this machine. */
const maxReplicas = 1000;

/** `GET …/deployments/NAME/scale`: an `autoscaling/v1` Scale. */
export function getScale(call: ApiCall): Reply {
  const found = findDeployment(call);
  return 'reply' in found ? found.reply : { status: 200, body: toScale(found.deployment) };
}

/** `PUT …/deployments/NAME/scale` with a Scale. */
export function putScale(call: ApiCall): Promise<Reply> {
  return setScale(call);
}

/** `PATCH …/deployments/NAME/scale` with `{"spec":{"replicas":N}}` as a JSON merge patch (or strategic merge patch). */
export async function patchScale(call: ApiCall): Promise<Reply> {
  const known = [
    '',
    'application/json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
  ];
  if (!known.includes(call.contentType)) {
    return failure(
      'UnsupportedMediaType',
      `the media type ${call.contentType} of the patch is not supported`,
    );
  }
  return setScale(call);
}

async function setScale(call: ApiCall): Promise<Reply> {
  const found = findDeployment(call);
  if ('reply' in found) return found.reply;
  const { namespace = '', name = '' } = call.params;
  const replicas = replicasOf(await call.readBody());
  if (typeof replicas === 'string') {
    return failure('Invalid', `Scale.autoscaling "${name}" is invalid: spec.replicas: ${replicas}`, {
      name,
      group: 'autoscaling',
      kind: 'Scale',
    });
  }
  await call.state.scale(namespace, name, replicas);
  const after = call.state.get('Deployment', namespace, name) ?? found.deployment;
  return { status: 200, body: toScale(after, replicas) };
}

function findDeployment(call: ApiCall): { readonly reply: Reply } | { readonly deployment: KubeObject } {
  const kind = servedKind(call);
  if (kind?.kind !== 'Deployment') return { reply: noSuchResource() };
  const { namespace, name = '' } = call.params;
  const deployment = call.state.get('Deployment', namespace, name);
  return deployment === undefined ? { reply: notFound(kind, name) } : { deployment };
}

/** The wanted number, or what is wrong with it. */
function replicasOf(body: string): number | string {
  let scale: { readonly spec?: { readonly replicas?: unknown } } | null;
  try {
    scale = JSON.parse(body);
  } catch {
    return 'the body is not JSON';
  }
  const replicas = scale?.spec?.replicas;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) return 'an integer is required';
  if (replicas < 0) return 'must be greater than or equal to 0';
  return replicas > maxReplicas ? `must be less than or equal to ${maxReplicas}` : replicas;
}

function toScale(deployment: KubeObject, wanted?: number): object {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = deployment.metadata;
  const spec = Object(deployment.spec);
  const status = Object(deployment.status);
  const labels: Readonly<Record<string, string>> = spec.selector?.matchLabels ?? {};
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: wanted ?? spec.replicas ?? 1 },
    status: {
      replicas: status.replicas ?? 0,
      selector: Object.entries(labels)
        .map(([label, value]) => `${label}=${value}`)
        .join(','),
    },
  };
}
