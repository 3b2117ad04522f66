import type { LogSource } from '../../src/model/logs.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { followAccessLog, latestAccessLogLines } from '../../src/telemetry/access-log-tail.ts';

/** All logs of an instance: what the runtime keeps of its programs, and the files that Envoys write. */
export function instanceLogs(runtime: Pick<Runtime, 'logs' | 'filesOf'>): LogSource {
  return {
    async lines(owner) {
      if (owner.type !== 'access') return runtime.logs.lines(owner);
      return latestAccessLogLines(runtime.filesOf(owner.tenant).accessLog);
    },
    follow(owner, listener) {
      if (owner.type !== 'access') return runtime.logs.follow(owner, listener);
      return followAccessLog(runtime.filesOf(owner.tenant).accessLog, listener);
    },
  };
}
