import { dockerCheck } from './check-docker.ts';
import { addressCheck, portCheck, privilegeCheck, proxyCheck } from './check-network.ts';
import { envoyCheck, nodeCheck } from './check-programs.ts';
import { clockCheck, diskCheck, inotifyCheck, instanceCheck } from './check-system.ts';
import type { Check, CheckedFinding, Environment } from './finding.ts';
import { runChecks } from './run-checks.ts';

/** In the order in which they are shown. */
const checks: readonly Check[] = [
  ...[nodeCheck, envoyCheck, dockerCheck, addressCheck, privilegeCheck, portCheck, proxyCheck],
  ...[inotifyCheck, diskCheck, clockCheck, instanceCheck],
];

/** Looks at everything that `calb-sim up` needs, without changing anything. */
export function examineMachine(env: Environment): Promise<readonly CheckedFinding[]> {
  return runChecks(checks, env);
}
