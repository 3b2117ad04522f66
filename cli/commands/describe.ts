import { type Command, Option } from 'commander';
import type { SessionEvent } from '../../src/session/events.ts';
import { RemoteSource } from '../attach/remote-source.ts';
import { chooseInstance } from '../choose-instance.ts';
import { InstanceClient } from '../client.ts';
import type { CommandIo } from '../command-io.ts';
import { describeObject } from '../details/describe-object.ts';
import { describeTenant } from '../details/describe-tenant.ts';
import { type DetailLine, sectionLines } from '../details/detail-section.ts';
import { gatherFacts } from '../details/gather-facts.ts';
import { modelLines, xdsLines } from '../details/object-xds.ts';
import { yamlLines } from '../details/object-yaml.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { parseQuery } from '../get/query.ts';
import { nameOption } from '../options.ts';
import type { Paint, Style } from '../output/colors.ts';
import { InstanceModel } from '../tui/model/instance-model.ts';

type Show = 'words' | 'yaml' | 'model' | 'xds';

interface DescribeOptions {
  readonly namespace: string;
  readonly show: Show;
  readonly name?: string;
}

/** `calb-sim describe KIND NAME`: the details of the terminal app, as text. */
export function defineDescribe(command: Command, io: CommandIo): void {
  nameOption(
    command
      .description(
        'Shows everything about an object of the running instance: where it is declared and what is wrong there, its\nconditions, the routes and clusters that it became with the health of their endpoints, its latest requests and what\nhappened to it.',
      )
      .argument('<kind>', 'a kind, KIND/NAME, or tenant')
      .argument('[names...]', 'which ones')
      .option('-n, --namespace <namespace>', 'look there', 'default')
      .addOption(
        new Option('--show <what>', 'in words, its YAML with what is wrong in it, or what it became')
          .choices(['words', 'yaml', 'model', 'xds'])
          .default('words'),
      ),
  )
    .addHelpText(
      'after',
      examples([
        ['calb-sim describe httproute shop -n demo', 'a route, with its backends'],
        ['calb-sim describe svc/active -n demo', 'a Service, and how its pods are'],
        ['calb-sim describe httproute shop -n demo --show xds', 'the xDS that it became'],
        ['calb-sim describe tenant demo', 'the Envoy of a namespace'],
      ]),
    )
    .action((kind: string, names: readonly string[], options: DescribeOptions) =>
      describe(io, { kind, names }, options),
    );
}

interface Target {
  readonly kind: string;
  readonly names: readonly string[];
}

async function describe(io: CommandIo, { kind, names }: Target, options: DescribeOptions): Promise<void> {
  const tenants = tenantNames(kind, names);
  // A kind that is none is said before an instance is looked for.
  const query = tenants === undefined ? parseQuery(kind, names, options) : undefined;
  const record = chooseInstance(io, options.name);
  const client = new InstanceClient(record);
  const source = await RemoteSource.open(client, { instance: record.name, isReadOnly: true });
  try {
    const model = await modelOf(client);
    const print = (lines: readonly DetailLine[]) => io.stdout.write(paintedLines(lines, io.paint));
    for (const name of tenants ?? []) {
      const tenant = source.view()?.tenants.find((known) => known.name === name);
      if (tenant === undefined) missing(io, `tenants "${name}" not found`);
      else print(sectionLines(describeTenant(tenant, { model, nowMs: io.now() })));
    }
    for (const { ref, missingText } of await references(query, client)) {
      const facts = await gatherFacts(ref, { source, model, now: io.now });
      if (facts.object === undefined) missing(io, missingText);
      else print(linesOf[options.show](facts));
    }
  } finally {
    source.close();
  }
}

const linesOf: Readonly<Record<Show, (facts: Parameters<typeof yamlLines>[0]) => readonly DetailLine[]>> = {
  words: (facts) => sectionLines(describeObject(facts)),
  yaml: yamlLines,
  model: modelLines,
  xds: xdsLines,
};

function missing(io: CommandIo, text: string): void {
  io.stderr.write(`Error from server (NotFound): ${text}\n`);
  io.exitCode = exitCodes.noSuchObject;
}

/** Names of `tenant NAME…` and `tenant/NAME`; `undefined` where something else is meant. */
function tenantNames(kind: string, names: readonly string[]): readonly string[] | undefined {
  const [word, name] = kind.split('/');
  if (word !== 'tenant' && word !== 'tenants') return undefined;
  return name === undefined ? names : [name, ...names];
}

type Query = ReturnType<typeof parseQuery>;

/** What is asked for; without names, all of the kind in the namespace. */
async function references(query: Query | undefined, client: InstanceClient) {
  if (query === undefined) return [];
  const { fetchObjects } = await import('../get/fetch-objects.ts');
  const all = query.names.length === 0 ? (await fetchObjects(client, query)).found : undefined;
  return query.kinds.flatMap((kind) => {
    const names =
      all?.find((found) => found.kind === kind)?.objects.map(({ metadata }) => metadata.name) ?? query.names;
    const resource = kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
    return names.map((name) => ({
      ref: kind.isNamespaced ? `${kind.kind}/${query.namespace ?? ''}/${name}` : `${kind.kind}/${name}`,
      missingText: `${resource} "${name}" not found`,
    }));
  });
}

async function modelOf(client: InstanceClient): Promise<InstanceModel> {
  const model = new InstanceModel();
  for await (const events of client.lines<SessionEvent>('/calb/v1/events?since=0&follow=false'))
    model.add(events);
  return model;
}

const styles: Readonly<Record<NonNullable<DetailLine['style']>, Style | undefined>> = {
  ...{
    plain: undefined,
    title: 'bold',
    dim: 'dim',
    red: 'red',
    yellow: 'yellow',
    green: 'green',
    cyan: 'cyan',
  },
};

function paintedLines(lines: readonly DetailLine[], paint: Paint): string {
  return lines
    .map(({ text, style = 'plain' }) => {
      const chosen = styles[style];
      return `${chosen === undefined ? text : paint(chosen, text)}\n`;
    })
    .join('');
}
