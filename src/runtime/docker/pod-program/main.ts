import { runApp } from './run-app.ts';
import { runGuard } from './run-guard.ts';
import { runSandbox } from './run-sandbox.ts';
import { runService } from './run-service.ts';

// Entry point of every container that runs Node: `node pod.cjs ROLE [APP]`; see podCommand.
const [role, app] = process.argv.slice(2);

/** By role. */
const roles: Readonly<Record<string, () => void>> = {
  guard: runGuard,
  sandbox: runSandbox,
  service: runService,
  app: () => runApp(app),
};

const run = roles[role ?? ''];
if (run === undefined) {
  process.stderr.write(`${role ?? 'nothing'} is none of the roles ${Object.keys(roles).join(', ')}\n`);
  process.exitCode = 2;
} else {
  run();
}
