import type { Kind } from '../../src/resources/kinds.ts';
import type { KubeObject } from '../../src/resources/resource.ts';
import type { InstanceClient } from '../client.ts';
import type { CommandIo } from '../command-io.ts';
import { jsonLine } from '../output/json.ts';
import { formatYaml } from '../output/yaml.ts';
import { apiPath, type Query } from './query.ts';
import { qualifiedName, ResourceTable } from './resource-table.ts';

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/** Shows objects and then every change of them, until the person or the instance ends it. */
export async function watchObjects(
  io: CommandIo,
  client: InstanceClient,
  { query, output }: { readonly query: Query; readonly output: string },
): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  await Promise.all(
    query.kinds.map(async (kind) => {
      const show = shower(io, kind, { query, output });
      const path = `${apiPath(kind, query.namespace)}?watch=true`;
      try {
        for await (const events of client.lines<WatchEvent>(path, { signal: stop.signal })) {
          const objects = events
            .map(({ object }) => object)
            .filter(({ metadata }) => query.names.length === 0 || query.names.includes(metadata.name));
          if (objects.length > 0) io.stdout.write(show(objects));
        }
      } catch (error) {
        if (!stop.signal.aborted) throw error;
      }
    }),
  );
}

function shower(
  io: CommandIo,
  kind: Kind,
  { query, output }: { readonly query: Query; readonly output: string },
): (objects: readonly KubeObject[]) => string {
  if (output === 'json') return (objects) => objects.map(jsonLine).join('');
  if (output === 'yaml') return (objects) => objects.map((object) => `---\n${formatYaml([object])}`).join('');
  if (output === 'name') {
    return (objects) => objects.map(({ metadata }) => `${qualifiedName(kind, metadata.name)}\n`).join('');
  }
  const table = new ResourceTable(kind, {
    wide: output === 'wide',
    showsNamespace: query.namespace === undefined,
    showsKind: query.kinds.length > 1,
  });
  return (objects) => table.render(objects, io.now());
}
