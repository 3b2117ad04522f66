import type { ApiState } from '../../src/api/api-state.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import type { CommandIo } from '../command-io.ts';
import { jsonLine } from '../output/json.ts';
import { createPlain } from '../output/plain.ts';
import { sourceReader } from '../output/read-source.ts';
import { packageFacts } from '../package-root.ts';

/** Where an instance's events are shown. */
export interface EventOutput {
  readonly format: 'plain' | 'json' | 'tui';
  write(events: readonly SessionEvent[]): void;
  /** There is an instance: for outputs that read more of it than its events. */
  attach?(api: ApiState): void;
  /** Calls the listener when somebody asks here to stop, and when they insist. */
  onStopWish?(listener: (wish: { readonly isForced: boolean }) => void): void;
  /** Everything is being stopped. */
  stopping?(): void;
  /** Gives back what it has taken. Idempotent. */
  close?(): void;
}

export interface EventOutputOptions {
  readonly format: 'plain' | 'json';
  readonly requests: boolean;
}

/** Shows events on standard output: lines for people, or one JSON object a line. */
export function createEventOutput(io: CommandIo, options: EventOutputOptions): EventOutput {
  const shown = (event: SessionEvent): boolean => options.requests || event.type !== 'Request';
  const { format } = options;
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
