import type { Command } from 'commander';
import type { SessionEvent } from '../../src/session/events.ts';
import { connect } from '../choose-instance.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { nameOption, outputOption, wholeNumber } from '../options.ts';
import { jsonLine } from '../output/json.ts';
import { createPlain } from '../output/plain.ts';
import { sourceReader } from '../output/read-source.ts';
import { packageFacts } from '../package-root.ts';

interface EventsOptions {
  readonly output: string;
  readonly since: number;
  readonly follow: boolean;
  readonly requests: boolean;
  readonly name?: string;
}

/** `calb-sim events`. */
export function defineEvents(command: Command, io: CommandIo): void {
  nameOption(
    command
      .description('Shows what happened in the running instance, and goes on showing what happens.')
      .addOption(outputOption(['text', 'json']))
      .option('--since <seq>', 'only events after this sequence number', wholeNumber(), 0)
      .option('--no-follow', 'end with the last event that there is')
      .option('--no-requests', 'leave out requests'),
  )
    .addHelpText(
      'after',
      examples([
        ['calb-sim events', 'all kept events, then new ones as they come'],
        ['calb-sim events --since 120 --no-follow', 'those after number 120'],
        [`calb-sim events -o json | jq 'select(.type == "EndpointEjected")'`, 'one kind of event'],
      ]),
    )
    .action((options: EventsOptions) => showEvents(io, options));
}

async function showEvents(io: CommandIo, options: EventsOptions): Promise<void> {
  const path = `/calb/v1/events?since=${options.since}&follow=${options.follow}`;
  const plain = createPlain({
    paint: io.paint,
    version: packageFacts().version,
    readSource: sourceReader(io.cwd),
  });
  const show = options.output === 'json' ? jsonLine : (event: SessionEvent) => plain.render(event);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  try {
    for await (const events of connect(io, options).lines<SessionEvent>(path, { signal: stop.signal })) {
      const shown = options.requests ? events : events.filter(({ type }) => type !== 'Request');
      io.stdout.write(shown.map(show).join(''));
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
}
