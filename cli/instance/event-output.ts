import type { SessionEvent } from '../../src/session/events.ts';
import type { CommandIo } from '../command-io.ts';
import { jsonLine } from '../output/json.ts';
import { createPlain } from '../output/plain.ts';
import { sourceReader } from '../output/read-source.ts';
import { packageFacts } from '../package-root.ts';

/** Where an instance's events are shown. */
export interface EventOutput {
  readonly format: 'plain' | 'json';
  write(events: readonly SessionEvent[]): void;
}

export interface EventOutputOptions {
  /** Default: `tui` on a terminal, `plain` otherwise or with `CI` set. */
  readonly output?: 'tui' | 'plain' | 'json';
  readonly requests: boolean;
}

/** Shows events on standard output: lines for people, or one JSON object a line. `tui` is `plain` in this version. */
export function createEventOutput(io: CommandIo, options: EventOutputOptions): EventOutput {
  const shown = (event: SessionEvent): boolean => options.requests || event.type !== 'Request';
  const format = options.output === 'json' ? 'json' : 'plain';
  const plain = createPlain({
    paint: io.paint,
    version: packageFacts().version,
    readSource: sourceReader(io.cwd),
  });
  const render = format === 'json' ? jsonLine : (event: SessionEvent) => plain.render(event);
  return {
    format,
    write(events) {
      const text = events.filter(shown).map(render).join('');
      if (text !== '') io.stdout.write(text);
    },
  };
}
