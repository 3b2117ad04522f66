import { createObject } from '../handlers/create-object.ts';
import { deleteCollection } from '../handlers/delete-collection.ts';
import { deleteObject } from '../handlers/delete-object.ts';
import { patchObject } from '../handlers/patch-object.ts';
import { replaceObject } from '../handlers/replace-object.ts';
import { patchStatus, putStatus } from '../handlers/write-status.ts';
import type { Route } from '../route.ts';

/** Paths of one API group version that write objects, with a namespace and without. */
export function writeRoutes(prefix: string): readonly Route[] {
  return [`${prefix}/:plural`, `${prefix}/namespaces/:namespace/:plural`].flatMap((collection) => {
    const object = `${collection}/:name`;
    return [
      { method: 'PUT', pattern: `${object}/status`, handler: putStatus },
      { method: 'PATCH', pattern: `${object}/status`, handler: patchStatus },
      { method: 'POST', pattern: collection, handler: createObject },
      { method: 'PUT', pattern: object, handler: replaceObject },
      { method: 'PATCH', pattern: object, handler: patchObject },
      { method: 'DELETE', pattern: object, handler: deleteObject },
      { method: 'DELETE', pattern: collection, handler: deleteCollection },
    ] satisfies readonly Route[];
  });
}
