import type { LogLine, LogOwner, LogSource } from '../../model/logs.ts';
import type { LogBook } from '../log-book.ts';
import type { HostClient } from './host-client.ts';

/** What Envoys wrote, which is read here, and what pods wrote, which the pod host keeps until somebody asks. */
export function processLogs(proxies: LogBook, host: HostClient): LogSource {
  return {
    async lines(owner) {
      if (owner.type === 'proxy') return proxies.lines(owner.tenant);
      return owner.type === 'pod' ? podLines(host, podKey(owner)) : undefined;
    },
    follow(owner, listener) {
      if (owner.type === 'proxy') return proxies.follow(owner.tenant, listener);
      return owner.type === 'pod' ? host.followLog(podKey(owner), listener) : () => {};
    },
  };
}

function podKey({ namespace, name }: Extract<LogOwner, { type: 'pod' }>): string {
  return `pod/${namespace}/${name}`;
}

async function podLines(host: HostClient, key: string): Promise<readonly LogLine[] | undefined> {
  const outcome = await host.request({ type: 'read-log', key });
  return outcome.ok ? outcome.lines : undefined;
}
