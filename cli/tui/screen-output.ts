import type { ApiState } from '../../src/api/api-state.ts';
import type { CommandIo } from '../command-io.ts';
import type { EventOutput } from '../instance/event-output.ts';
import { localSource } from '../instance/local-source.ts';
import { packageFacts } from '../package-root.ts';
import { App } from './app.ts';
import { summaryText } from './summary.ts';

/** A screen that shows one instance from its start to its end, in the place of lines on standard output. */
export interface ScreenOutput extends EventOutput {
  /** For whoever starts the instance: what goes to standard error there is shown on the screen. */
  readonly io: CommandIo;
}

/** Opens the terminal app for `calb-sim up`: at once, before there is anything to show. */
export function openScreenOutput(io: CommandIo): ScreenOutput {
  const startedAtMs = io.now();
  // Until there is an instance, leaving is simply leaving.
  let onStop: (wish: { readonly isForced: boolean }) => void = () => {
    app.close();
    process.exit(0);
  };
  const app = App.open({
    ...{ io, stdin: process.stdin, version: packageFacts().version },
    onStop: (wish) => onStop(wish),
  });
  const { notes } = app;
  // While that is loaded, what takes longest is started: who runs Envoys.
  const rendering = app.loadRenderer();
  rendering.catch(() => {});
  return {
    format: 'tui',
    io: { ...io, stderr: notes as unknown as NodeJS.WriteStream },
    write() {},
    attach: (api: ApiState) => app.attach(localSource(api)),
    onStopWish(listener) {
      onStop = listener;
    },
    stopping: () => app.showStopping(),
    close() {
      if (app.isGone) return;
      app.close();
      const text = summaryText(
        { totals: app.model.totals, ranMs: io.now() - startedAtMs, isStarted: app.isAttached },
        io.paint,
      );
      for (const line of notes.lines) io.stderr.write(`${line}\n`);
      if (text !== '') io.stdout.write(text);
    },
  };
}
