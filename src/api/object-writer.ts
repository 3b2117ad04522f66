import type { ManifestObject } from '../resources/manifest.ts';
import type { KubeObject, Resource } from '../resources/resource.ts';
import type { Difference } from '../resources/store.ts';
import type { ObjectWrite } from '../session/inputs.ts';

/** What the API may do to the objects of an instance. Implemented where the session is. */
export interface ObjectWriter {
  /** An object as it is stored, without what is only shown of it; `undefined` for those that calb-sim makes itself. */
  stored(kind: string, namespace: string | undefined, name: string): Resource | undefined;
  /** All stored objects. */
  all(): Iterable<Resource>;
  /**
   * Writes and deletes objects, all in one step, which has been taken when this returns.
   *
   * @throws Error when the step failed and nothing was written
   */
  write(write: ObjectWrite): void;
  /** The object as it would be stored, with the metadata that a server assigns. Writes nothing. */
  preview(object: ManifestObject): KubeObject;
  /** Ends what runs as a pod that calb-sim makes itself; another one takes its place. */
  replacePod(pod: KubeObject): void;
  /** Objects that do not run as the files declare them. */
  differences(): readonly Difference[];
}
