import type { KubeObject } from '../../resources/resource.ts';
import { isRecord } from '../../resources/schema/walk.ts';
import { failure, noSuchResource, notFound } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { readObject, type SentObject } from '../write/read-object.ts';
import { readPatch } from '../write/read-patch.ts';
import { conflict, updateObject } from '../write/update-object.ts';
import { type WriteTarget, writeTarget } from '../write/write-target.ts';

/** Most pods that a Deployment may be scaled to: each of them is a listening program on this machine. */
const maxReplicas = 1000;

/** `GET …/deployments/NAME/scale`: an `autoscaling/v1` Scale. */
export function getScale(call: ApiCall): Reply {
  const found = findDeployment(call);
  return 'reply' in found ? found.reply : { status: 200, body: toScale(found.deployment) };
}

/** `PUT …/deployments/NAME/scale` with a Scale. */
export async function putScale(call: ApiCall): Promise<Reply> {
  const found = findDeployment(call);
  if ('reply' in found) return found.reply;
  const sent = await readObject(call, { kind: scaleKind, apiVersion: 'autoscaling/v1' });
  return 'reply' in sent ? sent.reply : setScale(call, sent.value);
}

/** `PATCH …/deployments/NAME/scale` with any patch of a Scale; without a media type, a JSON merge patch. */
export async function patchScale(call: ApiCall): Promise<Reply> {
  const found = findDeployment(call);
  if ('reply' in found) return found.reply;
  const isPlain = call.contentType === '' || call.contentType === 'application/json';
  const contentType = isPlain ? 'application/merge-patch+json' : call.contentType;
  const patch = await readPatch({ ...call, contentType }, found.target);
  if ('reply' in patch) return patch.reply;
  const { resourceVersion: _version, ...metadata } = toScale(found.deployment).metadata;
  const patched = patch.apply({ ...toScale(found.deployment), metadata });
  return 'reply' in patched ? patched.reply : setScale(call, patched.value);
}

const scaleKind = { kind: 'Scale' };

/** Looks again: the body was waited for. */
function setScale(call: ApiCall, scale: SentObject): Reply {
  const found = findDeployment(call);
  if ('reply' in found) return found.reply;
  const { target, deployment } = found;
  const { resourceVersion } = Object(scale.metadata);
  if (
    typeof resourceVersion === 'string' &&
    !['', deployment.metadata.resourceVersion].includes(resourceVersion)
  ) {
    const why = 'the object has been modified; please apply your changes to the latest version and try again';
    return conflict(target, why);
  }
  const replicas = replicasOf(scale);
  if (typeof replicas === 'string') return invalidScale(target.name, replicas);
  const spec = { ...Object(deployment.spec), replicas };
  const reply = updateObject(call, target, {
    shown: deployment,
    sent: { ...deployment, apiVersion: target.apiVersion, spec },
    subresource: 'scale',
  });
  if ('stream' in reply || reply.status !== 200) return reply;
  return { ...reply, body: toScale(reply.body as KubeObject, replicas) };
}

type Found = { readonly reply: Reply } | { readonly deployment: KubeObject; readonly target: WriteTarget };

function findDeployment(call: ApiCall): Found {
  const target = writeTarget(call);
  if (target?.kind.kind !== 'Deployment') return { reply: noSuchResource() };
  const deployment = call.state.get('Deployment', target.namespace, target.name);
  return deployment === undefined ? { reply: notFound(target.kind, target.name) } : { deployment, target };
}

/** The wanted number, or what is wrong with it. */
function replicasOf({ spec }: SentObject): number | string {
  const replicas = isRecord(spec) ? (spec.replicas ?? 0) : undefined;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) {
    return `Invalid value: ${JSON.stringify(replicas ?? null)}: an integer is required`;
  }
  if (replicas < 0) return `Invalid value: ${replicas}: must be greater than or equal to 0`;
  if (replicas > maxReplicas)
    return `Invalid value: ${replicas}: must be less than or equal to ${maxReplicas}`;
  return replicas;
}

function invalidScale(name: string, message: string): Reply {
  return failure('Invalid', `Scale.autoscaling "${name}" is invalid: spec.replicas: ${message}`, {
    name,
    group: 'autoscaling',
    kind: 'Scale',
    causes: [{ reason: 'FieldValueInvalid', message, field: 'spec.replicas' }],
  });
}

function toScale(deployment: KubeObject, wanted?: number) {
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
