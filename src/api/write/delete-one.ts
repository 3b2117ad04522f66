import type { KubeObject } from '../../resources/resource.ts';
import { wholeSeconds } from '../../resources/whole-seconds.ts';
import { detailsOf, failure, resourceTitle } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { collectGarbage } from './collect-garbage.ts';
import type { DeleteOptions } from './delete-options.ts';
import { removeObjects } from './remove-objects.ts';
import { fieldManager } from './request-options.ts';
import { inVersion } from './store-object.ts';
import { conflict, madeHere, otherUid } from './update-object.ts';
import type { WriteTarget } from './write-target.ts';

/**
 * Deletes an object, with what it holds and owns. One that has finalizers is only marked, and goes when the last of them
 * is taken away.
 *
 * @param shown the object as clients see it
 */
export function deleteOne(
  call: ApiCall,
  target: WriteTarget,
  shown: KubeObject,
  options: DeleteOptions,
): Reply {
  const { kind, namespace, name } = target;
  const stored = call.state.writer.stored(kind.kind, namespace, name);
  if (stored === undefined) return replace(call, target, shown, options);
  const refused = unmet(target, shown, options) ?? protectedNamespace(target);
  if (refused !== undefined) return refused;
  if ((stored.object.metadata.finalizers ?? []).length > 0) return mark(call, target, stored.object, options);
  if (!options.isDryRun) removeObjects(call, doomed(call, stored.object, options));
  return success(target, stored.object);
}

/** A pod that calb-sim makes itself is made again, as by a ReplicaSet. Everything else of that kind stays. */
function replace(call: ApiCall, target: WriteTarget, shown: KubeObject, options: DeleteOptions): Reply {
  if (target.kind.kind !== 'Pod') return madeHere(target);
  const refused = unmet(target, shown, options);
  if (refused !== undefined) return refused;
  if (!options.isDryRun) call.state.writer.replacePod(shown);
  return { status: 200, body: inVersion(shown, target) };
}

function doomed(call: ApiCall, object: KubeObject, { propagation }: DeleteOptions): readonly KubeObject[] {
  const isContainer = object.kind === 'Namespace';
  return propagation === 'Orphan' && !isContainer ? [object] : collectGarbage(call.state.writer, [object]);
}

/** Preconditions that do not hold. */
function unmet(target: WriteTarget, { metadata }: KubeObject, options: DeleteOptions): Reply | undefined {
  const { uid, resourceVersion } = options;
  if (uid !== undefined && uid !== metadata.uid) {
    return otherUid(target, uid, metadata);
  }
  if (resourceVersion === undefined || resourceVersion === metadata.resourceVersion) return undefined;
  const versions = `ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
  return conflict(target, `Precondition failed: ${versions}`);
}

const protectedNamespaces: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

function protectedNamespace({ kind, name }: WriteTarget): Reply | undefined {
  if (kind.kind !== 'Namespace' || !protectedNamespaces.has(name)) return undefined;
  const message = `${resourceTitle(kind)} "${name}" is forbidden: this namespace may not be deleted`;
  return failure('Forbidden', message, detailsOf(kind, name));
}

/** Says of an object that it is to go. */
function mark(call: ApiCall, target: WriteTarget, object: KubeObject, { isDryRun }: DeleteOptions): Reply {
  const { writer } = call.state;
  const { kind, namespace, name } = target;
  if (object.metadata.deletionTimestamp === undefined && !isDryRun) {
    const deletionTimestamp = wholeSeconds(Date.now());
    const metadata = { ...object.metadata, deletionTimestamp, deletionGracePeriodSeconds: 0 };
    writer.write({ put: [{ ...object, metadata }], delete: [], by: fieldManager(call) });
  }
  const shown = call.state.get(kind.kind, namespace, name) ?? object;
  return { status: 200, body: inVersion(shown, target) };
}

function success({ kind, name }: WriteTarget, { metadata }: KubeObject): Reply {
  return {
    status: 200,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { ...detailsOf(kind, name), uid: metadata.uid },
    },
  };
}
