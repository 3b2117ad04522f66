import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';

const program = fileURLToPath(new URL('../../bin/calb-sim.js', import.meta.url));

/** Ticks of a process's time in a second (`sysconf(_SC_CLK_TCK)`; 100 on all Linux that there is). */
const ticksPerSecond = 100;

/** The program in a pseudo-terminal of 80×24. */
export class Terminal {
  constructor(workspace, args) {
    const { CI: _ci, ...inherited } = process.env;
    this.output = '';
    this.startedMs = performance.now();
    this.pty = spawn(process.execPath, [program, ...args], {
      ...{ cols: 80, rows: 24, cwd: workspace.folder },
      env: {
        ...inherited,
        ...{ TERM: 'xterm-256color', CALB_SIM_RUNTIME: 'process' },
        XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
        ...Object.fromEntries(
          [
            ['XDG_RUNTIME_DIR', 'run'],
            ['XDG_STATE_HOME', 'state'],
            ['XDG_CONFIG_HOME', 'config'],
            ['XDG_DATA_HOME', 'data'],
          ].map(([name, folder]) => [name, join(workspace.root, folder)]),
        ),
      },
    });
    this.waiting = new Set();
    this.pty.onData((text) => {
      this.output += text;
      for (const look of this.waiting) look();
    });
    this.ended = new Promise((resolve) => this.pty.onExit(resolve));
  }

  /** Resolves at the very chunk of output with which `test` holds, to the milliseconds since the start. */
  until(test, patienceMs = 20_000) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(look);
        reject(new Error(`the terminal does not show ${test}`));
      }, patienceMs);
      const look = () => {
        if (!test(this.output)) return;
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve(performance.now() - this.startedMs);
      };
      this.waiting.add(look);
      look();
    });
  }

  type(keys) {
    this.pty.write(keys);
  }

  /** Seconds of processor time so far. */
  processorSeconds() {
    const fields = readFileSync(`/proc/${this.pty.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }

  /** Resident memory, MiB. */
  memory() {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pty.pid}/status`, 'utf8'))[1]) / 1024;
  }

  /** Frames that were written so far. */
  frames() {
    return this.output.split('\u001b[?2026h').length - 1;
  }

  kill() {
    this.pty.kill('SIGKILL');
  }
}
