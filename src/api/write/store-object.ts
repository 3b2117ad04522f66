import type { KubeObject } from '../../resources/resource.ts';
import type { ApiCall, Reply } from '../route.ts';
import type { Admission } from './admit.ts';
import { collectGarbage } from './collect-garbage.ts';
import { removeObjects } from './remove-objects.ts';
import { fieldManager, isDryRun } from './request-options.ts';
import type { WriteTarget } from './write-target.ts';

/** Stores an admitted object, unless it is only tried (`dryRun=All`), and answers with it. */
export function storeObject(
  call: ApiCall,
  target: WriteTarget,
  { object, warnings }: Admission,
  status: 200 | 201,
): Reply {
  const { writer } = call.state;
  const { name, namespace } = object.metadata;
  const headers = warningHeaders(warnings);
  const answer = (stored: KubeObject): Reply => ({ status, body: inVersion(stored, target), headers });
  if (isDryRun(call)) return answer(writer.preview(object));
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  if (deletionTimestamp !== undefined && finalizers.length === 0) {
    const last = writer.preview(object);
    removeObjects(call, collectGarbage(writer, [last]));
    return answer(last);
  }
  writer.write({ put: [object], delete: [], by: fieldManager(call) });
  return answer(call.state.get(object.kind, namespace, name) ?? writer.preview(object));
}

/** An object as the request's path asks for it. */
export function inVersion(object: KubeObject, { apiVersion }: WriteTarget): KubeObject {
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** Header `Warning` (RFC 7234), as clients of Kubernetes print it. */
function warningHeaders(warnings: readonly string[]): Record<string, string[]> {
  if (warnings.length === 0) return {};
  const texts = warnings.map((text) => text.replace(/[^\x20-\x7e]/g, '?').replace(/(["\\])/g, '\\$1'));
  return { Warning: texts.map((text) => `299 - "${text}"`) };
}
