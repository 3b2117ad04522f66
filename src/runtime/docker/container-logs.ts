import type { LogOwner, LogSource } from '../../model/logs.ts';
import type { PodName } from '../../model/pod-programs.ts';
import type { LogBook } from '../log-book.ts';

/**
 * What containers wrote: their output is read all the time.
 *
 * @param onPodRead the lines of a pod were asked for
 */
export function containerLogs(proxies: LogBook, pods: LogBook, onPodRead: (pod: PodName) => void): LogSource {
  return {
    async lines(owner) {
      if (owner.type === 'pod') onPodRead(owner);
      return owner.type === 'access' ? undefined : bookOf(owner).lines(keyOf(owner));
    },
    follow(owner, listener) {
      return owner.type === 'access' ? () => {} : bookOf(owner).follow(keyOf(owner), listener);
    },
  };

  function bookOf(owner: LogOwner): LogBook {
    return owner.type === 'pod' ? pods : proxies;
  }
}

function keyOf(owner: LogOwner): string {
  return owner.type === 'pod' ? `pod/${owner.namespace}/${owner.name}` : owner.tenant;
}
