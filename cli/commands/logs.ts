import type { Command } from 'commander';
import type { LogLine } from '../../src/model/logs.ts';
import { connect } from '../choose-instance.ts';
import { CliError } from '../cli-error.ts';
import { ApiFailure, type InstanceClient } from '../client.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { chooseLogs, type LogChoice, type LogName } from '../logs/choose-logs.ts';
import { parseDuration } from '../logs/parse-duration.ts';
import { nameOption, outputOption, wholeNumber } from '../options.ts';
import { jsonLine } from '../output/json.ts';

interface LogsOptions extends LogChoice {
  readonly follow?: true;
  readonly tail?: number;
  /** Milliseconds. */
  readonly since?: number;
  readonly output: string;
  readonly name?: string;
}

/** `calb-sim logs [TENANT|pod/NAME|deployment/NAME]`. */
export function defineLogs(command: Command, io: CommandIo): void {
  nameOption(
    command
      .description(
        "Shows a tenant's access log and what its Envoy wrote, or the lines of a pod or of all pods of a Deployment.",
      )
      .argument('[target]', 'TENANT, pod/NAME or deployment/NAME; default: the only tenant')
      .option('-n, --namespace <namespace>', 'of the pod or Deployment; default: the only one that fits')
      .option('-f, --follow', 'go on with new lines')
      .option('--tail <lines>', 'only so many of the latest lines of each', wholeNumber())
      .option('--since <duration>', 'only lines that are not older: 30s, 5m, 1h', parseDuration)
      .option('--access', "only the tenant's access log")
      .option('--envoy', "only what the tenant's Envoy wrote")
      .addOption(outputOption(['text', 'json'])),
  )
    .addHelpText(
      'after',
      examples([
        ['calb-sim logs team-b -f', 'access log and Envoy log of a tenant'],
        ['calb-sim logs deployment/active -n team-b --tail 20', 'all pods of a Deployment'],
        ["calb-sim logs --access | jq -r '.response_code'", 'the default access log is JSON'],
      ]),
    )
    .action((target: string | undefined, options: LogsOptions) => showLogs(io, target, options));
}

/** A line with the log that it is of. */
interface Labelled {
  readonly log: LogName;
  readonly line: LogLine;
}

async function showLogs(io: CommandIo, target: string | undefined, options: LogsOptions): Promise<void> {
  const client = connect(io, options);
  const logs = await chooseLogs(client, target, options);
  const print = (lines: readonly Labelled[]) => {
    const text = lines.map((line) => format(line, options.output === 'json', logs.length > 1));
    io.stdout.write(text.join(''));
  };
  const stream = (log: LogName) =>
    client.lines<LogLine>(`/calb/v1/logs?owner=${encodeURIComponent(log)}${query(io, options)}`);
  if (options.follow === true) {
    const follow = async (log: LogName) => {
      for await (const lines of stream(log)) print(lines.map((line) => ({ log, line })));
    };
    await Promise.all(logs.map(follow));
    return;
  }
  const kept = await Promise.all(logs.map((log) => readAll(log, stream(log))));
  if (kept.every((lines) => lines === undefined)) throw nothingKept(logs);
  print(kept.flatMap((lines) => lines ?? []).sort((a, b) => a.line.timeMs - b.line.timeMs));
}

function query(io: CommandIo, { follow, tail, since }: LogsOptions): string {
  return [
    ...(follow === true ? ['&follow=true'] : []),
    ...(tail === undefined ? [] : [`&tail=${tail}`]),
    ...(since === undefined ? [] : [`&since=${Math.max(0, Math.round(io.now() - since))}`]),
  ].join('');
}

/** `undefined` where there is no such log: an Envoy need not write an access log. */
async function readAll(
  log: LogName,
  stream: ReturnType<InstanceClient['lines']>,
): Promise<readonly Labelled[] | undefined> {
  const all: Labelled[] = [];
  try {
    for await (const lines of stream) all.push(...lines.map((line) => ({ log, line: line as LogLine })));
  } catch (error) {
    if (error instanceof ApiFailure && error.reason === 'NotFound') return undefined;
    throw error;
  }
  return all;
}

function format({ log, line }: Labelled, isJson: boolean, isLabelled: boolean): string {
  if (isJson) return jsonLine({ log, ...line });
  const name = log.startsWith('pod/') ? log.replace(/^pod\/[^/]+\//, 'pod/') : log.replace(/\/.*/, '');
  return `${isLabelled ? `[${name}] ` : ''}${line.text}\n`;
}

function nothingKept(logs: readonly LogName[]): CliError {
  const what = logs.length === 1 ? `${logs[0]} has` : 'they have';
  return new CliError(exitCodes.noSuchObject, `${what} written nothing that is kept`);
}
