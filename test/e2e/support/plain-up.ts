import { type ChildProcessWithoutNullStreams, execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from './eventually.ts';
import { type CommandResult, finished, type Workspace } from './workspace.ts';

const run = promisify(execFile);

/** `up` as a person sees it who has no terminal app: lines. */
export class PlainUp {
  /** All that it has said. */
  text = '';
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<CommandResult>;

  constructor(workspace: Workspace, args: readonly string[]) {
    this.#child = workspace.spawn(['up', ...args, '--output', 'plain']);
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
    });
    this.#ended = finished(this.#child);
  }

  /** The lines to copy that it shows when it is ready. */
  curlLines(): Promise<readonly string[]> {
    return eventually('the screen shows a curl line', () => {
      const found = this.text.split('\n').flatMap((line) => /\bcurl\s.*$/.exec(line)?.[0] ?? []);
      return found.length > 0 && /ready/i.test(this.text) ? found : undefined;
    });
  }

  /** Ctrl-C. Resolves with the exit code. */
  async interrupt(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return (await this.#ended).code;
  }
}

/** Runs a curl line that was copied from the screen: the status of the answer. Rejects where none came. */
export async function statusOf(curl: string): Promise<string> {
  const line = `${curl} --silent --output /dev/null --write-out '%{http_code}'`;
  return (await run('bash', ['-c', line])).stdout;
}
