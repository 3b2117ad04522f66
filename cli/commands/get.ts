import type { Command } from 'commander';
import { connect } from '../choose-instance.ts';
import type { InstanceClient } from '../client.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { fetchObjects, namespacesWith, type Result } from '../get/fetch-objects.ts';
import { parseQuery, type Query } from '../get/query.ts';
import { qualifiedName, ResourceTable } from '../get/resource-table.ts';
import { watchObjects } from '../get/watch-objects.ts';
import { nameOption, outputOption } from '../options.ts';
import { formatJson } from '../output/json.ts';
import { listWords } from '../output/list-words.ts';
import { formatYaml } from '../output/yaml.ts';

interface GetOptions {
  readonly namespace: string;
  readonly allNamespaces?: boolean;
  readonly output: string;
  readonly watch?: boolean;
  readonly name?: string;
}

/** `calb-sim get KIND[,KIND…] [NAME…]`. */
export function defineGet(command: Command, io: CommandIo): void {
  nameOption(
    command
      .description('Lists resources of the running instance with their status, as kubectl get does.')
      .argument('<kind>', 'one or several, such as gateways or gtw,httproute,po; all for all')
      .argument('[names...]', 'only these')
      .option('-n, --namespace <namespace>', 'look there', 'default')
      .option('-A, --all-namespaces', 'look in all namespaces')
      .addOption(outputOption(['table', 'wide', 'json', 'yaml', 'name']))
      .option('-w, --watch', 'go on with every change'),
  )
    .addHelpText(
      'after',
      examples([
        ['calb-sim get gateways,httproutes -A', 'both kinds, all namespaces'],
        ['calb-sim get pods -n team-b -w', 'and every change of them'],
        ['calb-sim get httproute web -n team-a -o yaml', 'one object with its conditions'],
        ["calb-sim get gtw -A -o json | jq '.items[].status'", 'for scripts'],
      ]),
    )
    .action((target: string, names: readonly string[], options: GetOptions) =>
      get(io, target, names, options),
    );
}

async function get(
  io: CommandIo,
  target: string,
  names: readonly string[],
  options: GetOptions,
): Promise<void> {
  const query = parseQuery(target, names, options);
  const client = connect(io, options);
  const { output } = options;
  if (options.watch === true) return watchObjects(io, client, { query, output });
  const result = await fetchObjects(client, query);
  if (result.missing.length > 0) {
    io.stderr.write(result.missing.map((line) => `${line}\n`).join(''));
    io.exitCode = exitCodes.noSuchObject;
  }
  if (output === 'json' || output === 'yaml') {
    const shown = asDocument(query, result);
    if (shown !== undefined) io.stdout.write(output === 'json' ? formatJson(shown) : formatYaml([shown]));
  } else if (result.found.every(({ objects }) => objects.length === 0)) {
    if (result.missing.length === 0) io.stderr.write(await nothingFound(client, query));
  } else if (output === 'name') {
    for (const { kind, objects } of result.found) {
      for (const { metadata } of objects) io.stdout.write(`${qualifiedName(kind, metadata.name)}\n`);
    }
  } else io.stdout.write(asTables(io, output === 'wide', query, result));
}

/** The object itself when one name was asked for; else a List, also for none or one. `undefined`: that one is missing. */
function asDocument({ kinds, names }: Query, { found }: Result): unknown {
  const items = found.flatMap(({ objects }) => objects);
  if (kinds.length === 1 && names.length === 1) return items[0];
  return { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items };
}

function asTables(io: CommandIo, wide: boolean, query: Query, { found }: Result): string {
  const options = { wide, showsNamespace: query.namespace === undefined, showsKind: query.kinds.length > 1 };
  return found
    .filter(({ objects }) => objects.length > 0)
    .map(({ kind, objects }) => new ResourceTable(kind, options).render(objects, io.now()))
    .join('\n');
}

/** kubectl's line, and where to look instead. */
async function nothingFound(client: InstanceClient, { kinds, namespace }: Query): Promise<string> {
  if (namespace === undefined || kinds.every(({ isNamespaced }) => !isNamespaced))
    return 'No resources found\n';
  const others = await namespacesWith(client, kinds);
  const elsewhere =
    others.length === 0 ? '' : `There are some in ${listWords(others)}: use -n ${others[0] ?? ''}, or -A.\n`;
  return `No resources found in ${namespace} namespace.\n${elsewhere}`;
}
