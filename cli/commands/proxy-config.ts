import type { Command } from 'commander';
import type { InstanceView } from '../../src/session/view/instance-view.ts';
import { connect } from '../choose-instance.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { nameOption, outputOption } from '../options.ts';
import { formatJson } from '../output/json.ts';
import { formatRows } from '../output/table.ts';
import { formatYaml } from '../output/yaml.ts';
import { bootstrapTable, dumpTable } from '../proxy-config/bootstrap-table.ts';
import { clustersTable } from '../proxy-config/clusters-table.ts';
import { type ConfigDump, type DumpedResource, readConfigDump } from '../proxy-config/config-dump.ts';
import { endpointsTable, liveEndpoints } from '../proxy-config/endpoints-table.ts';
import { type EnvoyAdmin, openAdmin } from '../proxy-config/envoy-admin.ts';
import { listenersTable } from '../proxy-config/listeners-table.ts';
import { isLevels, loggingPath, readLoggers } from '../proxy-config/loggers.ts';
import { redact } from '../proxy-config/redact.ts';
import { routesTable } from '../proxy-config/routes-table.ts';
import { secretsTable } from '../proxy-config/secrets-table.ts';

interface Options {
  readonly output: string;
  readonly name?: string;
}

type Rows = readonly (readonly string[])[];

/** What a subcommand shows: rows for people, and the whole for programs. */
interface Shown {
  readonly rows: Rows;
  readonly value: unknown;
}

/** `calb-sim proxy-config listeners|routes|… [TENANT]`, also `calb-sim pc`. */
export function defineProxyConfig(command: Command, io: CommandIo): void {
  command
    .description(
      "Shows what a tenant's running Envoy itself says of its configuration and state. Tokens and private keys are left out.",
    )
    .addHelpText(
      'after',
      examples([
        ['calb-sim proxy-config endpoints team-b', 'health and ejection of each endpoint'],
        ['calb-sim pc routes -o yaml', 'the only tenant; whole resources'],
        ["calb-sim pc stats --filter 'upstream_rq_(2|5)xx'", 'counters by a regular expression'],
        ['calb-sim pc log http:debug,router:trace', 'let Envoy write more'],
      ]),
    );
  for (const { name, summary, show } of resourceViews) {
    view(command, io, { name, summary, formats: ['table', 'json', 'yaml'] }, show);
  }
  view(
    command,
    io,
    { name: 'bootstrap', summary: 'what it was started with', formats: wholeFormats },
    bootstrap,
  );
  view(command, io, { name: 'dump', summary: 'its whole configuration', formats: wholeFormats }, dump);
  defineStats(command, io);
  defineReady(command, io);
  defineLog(command, io);
}

const wholeFormats = ['json', 'yaml', 'table'] as const;

/** The dump's parts that are shown alike. */
const resourceViews = [
  {
    name: 'listeners',
    summary: 'where it listens, and where that leads',
    show: (admin: EnvoyAdmin) => ofDump(admin, 'listeners', listenersTable),
  },
  {
    name: 'routes',
    summary: 'its routes in the order in which it tries them',
    show: (admin: EnvoyAdmin) => ofDump(admin, 'routes', routesTable),
  },
  {
    name: 'clusters',
    summary: 'what its routes lead to',
    show: (admin: EnvoyAdmin) => ofDump(admin, 'clusters', clustersTable),
  },
  { name: 'endpoints', summary: 'endpoints with health and ejection', show: endpoints },
  {
    name: 'secrets',
    summary: 'its certificates',
    show: (admin: EnvoyAdmin, io: CommandIo) =>
      ofDump(admin, 'secrets', (secrets) => secretsTable(secrets, io.now())),
  },
] as const;

type Show = (admin: EnvoyAdmin, io: CommandIo, options: Options) => Promise<Shown>;

interface ViewOf {
  readonly name: string;
  readonly summary: string;
  readonly formats: readonly [string, ...string[]];
}

function view(command: Command, io: CommandIo, { name, summary, formats }: ViewOf, show: Show): void {
  const tenant = tenantCommand(command, name, summary).addOption(outputOption(formats));
  tenant.action(async (named: string | undefined, options: Options) => {
    const admin = await openAdmin(io, named, options);
    const { rows, value } = await show(admin, io, options);
    io.stdout.write(format(options.output, rows, redact(value)));
  });
}

function tenantCommand(command: Command, name: string, summary: string): Command {
  const description = `Shows ${summary}.`;
  return nameOption(
    command
      .command(name)
      .summary(summary)
      .description(description)
      .argument('[tenant]', 'whose Envoy; default: the only one'),
  );
}

function format(output: string, rows: Rows, value: unknown): string {
  if (output === 'json') return formatJson(value);
  return output === 'yaml' ? formatYaml([value]) : `${formatRows(rows)}\n`;
}

async function readDump(admin: EnvoyAdmin): Promise<ConfigDump> {
  return readConfigDump(await admin.json('/config_dump?include_eds'));
}

async function ofDump(
  admin: EnvoyAdmin,
  part: 'listeners' | 'routes' | 'clusters' | 'secrets',
  table: (resources: readonly DumpedResource[]) => Rows,
): Promise<Shown> {
  const found = (await readDump(admin))[part];
  return { rows: table(found), value: found.map(({ resource }) => resource) };
}

async function endpoints(admin: EnvoyAdmin, io: CommandIo, options: Options): Promise<Shown> {
  const [clusters, view] = await Promise.all([
    admin.json('/clusters?format=json'),
    connect(io, options).call<InstanceView>('/calb/v1/view'),
  ]);
  const found = liveEndpoints(clusters, view, admin.tenant);
  return { rows: endpointsTable(found, io.now()), value: found };
}

async function bootstrap(admin: EnvoyAdmin): Promise<Shown> {
  const { bootstrap: found = {} } = await readDump(admin);
  return { rows: bootstrapTable(found), value: found };
}

async function dump(admin: EnvoyAdmin): Promise<Shown> {
  const value = await admin.json('/config_dump?include_eds');
  return { rows: dumpTable(readConfigDump(value)), value };
}

interface StatsOptions extends Options {
  readonly filter?: string;
  readonly all?: true;
}

function defineStats(command: Command, io: CommandIo): void {
  tenantCommand(command, 'stats', 'its counters, gauges and histograms')
    .option('--filter <regex>', 'only those whose name fits (RE2)')
    .option('--all', 'also those that were never used')
    .addOption(outputOption(['text', 'json', 'yaml']))
    .action(async (named: string | undefined, options: StatsOptions) => {
      const admin = await openAdmin(io, named, options);
      const query = [
        ...(options.all === true ? [] : ['usedonly']),
        ...(options.filter === undefined ? [] : [`filter=${encodeURIComponent(options.filter)}`]),
        ...(options.output === 'text' ? [] : ['format=json']),
      ];
      const answer = await admin.text(`/stats?${query.join('&')}`);
      io.stdout.write(options.output === 'text' ? answer : format(options.output, [], JSON.parse(answer)));
    });
}

/** Ends with 1 while Envoy is not ready, so that scripts can wait for it. */
function defineReady(command: Command, io: CommandIo): void {
  tenantCommand(command, 'ready', 'whether it serves; ends with 1 while it does not').action(
    async (named: string | undefined, options: Options) => {
      const admin = await openAdmin(io, named, options);
      const { status, text } = await admin.ask('/ready');
      io.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
      if (status !== 200) io.exitCode = exitCodes.fault;
    },
  );
}

interface LogOptions extends Options {
  readonly level?: string;
}

function defineLog(command: Command, io: CommandIo): void {
  nameOption(
    command
      .command('log')
      .summary('levels of its log, and to change them')
      .description(
        'Shows the levels of its loggers. With a level it sets that for all, with component:level for one; what it writes is shown by calb-sim logs TENANT.',
      )
      .argument('[tenant]', 'whose Envoy; default: the only one')
      .argument('[level]', 'debug, or http:debug,router:trace')
      .option('--level <level>', 'the same')
      .addOption(outputOption(['table', 'json', 'yaml'])),
  ).action((first: string | undefined, second: string | undefined, options: LogOptions) => {
    const isLevel =
      second === undefined && options.level === undefined && first !== undefined && isLevels(first);
    return setLevels(io, isLevel ? undefined : first, {
      ...options,
      level: options.level ?? (isLevel ? first : second),
    });
  });
}

async function setLevels(
  io: CommandIo,
  tenant: string | undefined,
  { level, ...options }: Options & { readonly level: string | undefined },
): Promise<void> {
  const path = loggingPath(level);
  const admin = await openAdmin(io, tenant, options);
  const loggers = readLoggers(await admin.text(path, 'POST'));
  const rows = [['LOGGER', 'LEVEL'], ...loggers.map(({ name, level: now }) => [name, now])];
  io.stdout.write(
    format(options.output, rows, Object.fromEntries(loggers.map((one) => [one.name, one.level]))),
  );
}
