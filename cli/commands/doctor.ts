import type { Command } from 'commander';
import { listInstances } from '../../src/runtime/process/instances.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';

/** Oldest Node that runs calb-sim. */
const oldestNode = [20, 19] as const;

/** `calb-sim doctor`. */
export function defineDoctor(command: Command, io: CommandIo): void {
  command
    .description('Shows what this machine has and lacks, each with the command that mends it.')
    .addHelpText('after', examples([['calb-sim doctor', '']]))
    .action(() => {
      const findings = [nodeFinding(), ...instanceFindings(io)];
      for (const { isGood, text, fix } of findings) {
        io.stdout.write(
          `${isGood ? io.paint('green', '✓ ok     ') : io.paint('red', '✗ missing')} ${text}\n`,
        );
        if (fix !== undefined) io.stdout.write(`           ${io.paint('cyan', 'try:')} ${fix}\n`);
      }
      if (findings.some(({ isGood }) => !isGood)) io.exitCode = exitCodes.environment;
    });
}

interface Finding {
  readonly isGood: boolean;
  readonly text: string;
  readonly fix?: string;
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isGood = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const text = `Node ${process.version} (${oldestNode.join('.')} or newer is needed)`;
  return isGood ? { isGood, text } : { isGood, text, fix: 'install a newer Node: https://nodejs.org' };
}

function instanceFindings(io: CommandIo): readonly Finding[] {
  return listInstances(io.env).map(({ name, pid, folder }) => ({
    isGood: true,
    text: `instance ${name} runs: pid ${pid}, serving ${folder}`,
  }));
}
