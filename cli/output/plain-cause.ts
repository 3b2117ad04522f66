import type { SessionEvent } from '../../src/session/events.ts';
import { listWords } from './list-words.ts';

/** Events that are remembered as possible causes of later ones. */
const maxRemembered = 2000;

/** Says why something happened, from the events that were seen before. */
export class Causes {
  readonly #clauses = new Map<number, Clause>();

  /** Remembers an event. */
  see(event: SessionEvent): void {
    const clause = endpointClause(event) ?? plainClause(event);
    if (clause === undefined) return;
    this.#clauses.set(event.seq, clause);
    if (this.#clauses.size <= maxRemembered) return;
    const [oldest] = this.#clauses.keys();
    if (oldest !== undefined) this.#clauses.delete(oldest);
  }

  /** `because active.yaml was saved`, or nothing where no cause is known. */
  because(event: SessionEvent): string | undefined {
    const clause = event.cause === undefined ? undefined : this.#clauses.get(event.cause);
    if (clause === undefined) return undefined;
    const isItself = 'endpoint' in event && clause.itself?.endpoint === event.endpoint;
    return `because ${isItself ? clause.itself?.text : clause.text}`;
  }
}

/** The second half of "because …". */
interface Clause {
  readonly text: string;
  /** What is said where the later event is about the same endpoint and has named it already. */
  readonly itself?: { readonly endpoint: string; readonly text: string };
}

function endpointClause(event: SessionEvent): Clause | undefined {
  const about = (subject: string, possessive: string): string | undefined => {
    switch (event.type) {
      case 'HealthCheckFailed':
        return `${possessive} health check failed`;
      case 'EndpointUnhealthy':
        return `${subject} is unhealthy`;
      case 'EndpointHealthy':
        return `${subject} is healthy again`;
      case 'EndpointEjected':
        return `${subject} was ejected`;
      case 'EndpointReturned':
        return `${subject} returned`;
      default:
        return undefined;
    }
  };
  if (!('endpoint' in event)) return undefined;
  const { endpoint } = event;
  const text = about(endpoint, `${endpoint}'s`);
  const itself = about('it', 'its');
  return text === undefined || itself === undefined
    ? undefined
    : { text, itself: { endpoint, text: itself } };
}

function plainClause(event: SessionEvent): Clause | undefined {
  switch (event.type) {
    case 'FilesChanged':
      return { text: `${fileList(event.files)} ${event.files.length === 1 ? 'was' : 'were'} saved` };
    case 'ObjectChanged':
      return { text: `${kindAndName(event.resource)} was ${event.change}` };
    case 'Scaled':
      return { text: `${objectName(event.resource)} was scaled to ${event.to}` };
    case 'Asked':
      return { text: `somebody asked to ${askedText(event)}` };
    case 'PodStarted':
      return { text: `${event.pod} started` };
    case 'PodStopped':
      return { text: `${event.pod} stopped` };
    case 'ConfigApplied':
      return { text: 'its configuration changed' };
    case 'ProxyExited':
      return { text: 'its Envoy had ended' };
    case 'ProxyStarted':
      return { text: 'its Envoy started' };
    case 'ProxyReplaced':
      return { text: 'its Envoy was replaced' };
    case 'EngineBack':
      return { text: 'the engine is back' };
    case 'Request':
      return { text: `${event.method} ${event.path} was answered ${event.status}` };
    default:
      return undefined;
  }
}

/** `kill the pod active-…`, `restart its Envoy`, `read all files again`. */
export function askedText({ what, target }: Extract<SessionEvent, { readonly type: 'Asked' }>): string {
  switch (what) {
    case 'kill-pod':
      return `kill the pod ${target}`;
    case 'restart-proxy':
      return 'restart its Envoy';
    case 'reread':
      return 'read all files again';
  }
}

/** Names of a few files; many are counted. */
export function fileList(files: readonly string[]): string {
  return files.length <= 3 ? listWords(files) : `${files.length} files`;
}

/** `active` of `Deployment/team-b/active`. */
/** `HTTPRoute shop`, of `HTTPRoute/team-a/shop`. */
export function kindAndName(resource: string): string {
  return `${resource.split('/')[0]} ${objectName(resource)}`;
}

/** The name alone. */
export function objectName(resource: string): string {
  return resource.slice(resource.lastIndexOf('/') + 1);
}
