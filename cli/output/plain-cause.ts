import type { SessionEvent } from '../../src/session/events.ts';
import { listWords } from './list-words.ts';

/** Events that are remembered as possible causes of later ones. */
const maxRemembered = 2000;

/** Says why something happened, from the events that were seen before. */
export class Causes {
  readonly #clauses = new Map<number, string>();

  /** Remembers an event. */
  see(event: SessionEvent): void {
    const clause = clauseOf(event);
    if (clause === undefined) return;
    this.#clauses.set(event.seq, clause);
    if (this.#clauses.size <= maxRemembered) return;
    const [oldest] = this.#clauses.keys();
    if (oldest !== undefined) this.#clauses.delete(oldest);
  }

  /** `because active.yaml was saved`, or nothing where no cause is known. */
  because(event: SessionEvent): string | undefined {
    const clause = event.cause === undefined ? undefined : this.#clauses.get(event.cause);
    return clause === undefined ? undefined : `because ${clause}`;
  }
}

/** An event as the second half of "because …"; `undefined` for events that cause nothing. */
function clauseOf(event: SessionEvent): string | undefined {
  switch (event.type) {
    case 'FilesChanged':
      return `${fileList(event.files)} ${event.files.length === 1 ? 'was' : 'were'} saved`;
    case 'Scaled':
      return `${objectName(event.resource)} was scaled to ${event.to}`;
    case 'PodStarted':
      return `${podName(event.pod)} started`;
    case 'PodStopped':
      return `${podName(event.pod)} stopped`;
    case 'ConfigApplied':
      return 'its configuration changed';
    case 'HealthCheckFailed':
      return `the health check of ${event.endpoint} failed`;
    case 'EndpointUnhealthy':
      return `${event.endpoint} is unhealthy`;
    case 'EndpointHealthy':
      return `${event.endpoint} is healthy`;
    case 'EndpointEjected':
      return `${event.endpoint} was ejected`;
    case 'EndpointReturned':
      return `${event.endpoint} returned`;
    case 'ProxyExited':
      return 'its Envoy had ended';
    case 'ProxyStarted':
      return 'its Envoy started';
    case 'Request':
      return `${event.method} ${event.path} was answered ${event.status}`;
    default:
      return undefined;
  }
}

/** Names of a few files; many are counted. */
export function fileList(files: readonly string[]): string {
  return files.length <= 3 ? listWords(files) : `${files.length} files`;
}

/** `active` of `Deployment/team-b/active`. */
export function objectName(resource: string): string {
  return resource.slice(resource.lastIndexOf('/') + 1);
}

/** `active-…` of `team-b/active-…`. */
export function podName(pod: string): string {
  return pod.slice(pod.lastIndexOf('/') + 1);
}
