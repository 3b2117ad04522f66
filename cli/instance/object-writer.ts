import type { ObjectWriter } from '../../src/api/object-writer.ts';
import { type ManifestObject, objectKey } from '../../src/resources/manifest.ts';
import type { Session } from '../../src/session/session.ts';

/** Writes objects into a session, at once: who asked can be answered with what came of it. */
export function objectWriter(session: Session): ObjectWriter {
  return {
    stored: (kind, namespace, name) => session.state.store.resources.get(kind, namespace, name),
    all: () => session.state.store.resources.all(),
    write(write) {
      const seq = session.state.nextSeq - 1;
      session.post({ type: 'object-write', ...write });
      session.flush();
      // A step that fails leaves what was before, and says so.
      const failure = session.log.since(seq).find((event) => event.type === 'Problem');
      if (failure?.type === 'Problem' && failure.message.includes('"object-write"')) {
        throw new Error(failure.message);
      }
    },
    preview(object) {
      const { store } = session.state;
      const written = store.putObject(object, new Date().toISOString());
      const resource = written.byKey(keyOf(object));
      if (resource === undefined) throw new Error(`${keyOf(object)} could not be written`);
      return written.withStatus(resource);
    },
    replacePod({ metadata }) {
      const { namespace = '', name } = metadata;
      session.post({ type: 'kill-pod', namespace, name, isDeleted: true });
      session.flush();
    },
    differences: () => session.state.store.differences,
  };
}

function keyOf({ kind, metadata }: ManifestObject): string {
  return objectKey(kind, metadata.namespace, metadata.name);
}
