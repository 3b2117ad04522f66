import type { KubeObject } from '../../src/resources/resource.ts';
import { eventObject, type KubeEvent, kubeEvents } from '../../src/session/objects/kube-events.ts';
import { listObjects } from '../../src/session/objects/object-view.ts';
import type { Session } from '../../src/session/session.ts';
import type { SessionState } from '../../src/session/state.ts';

/** Events that are kept, and for how long, milliseconds: as a cluster does. */
const maxEvents = 1000;
const maxAgeMs = 60 * 60 * 1000;

interface Recorded {
  readonly event: KubeEvent;
  readonly involved: { readonly apiVersion: string; readonly uid: string } | undefined;
  readonly firstMs: number;
  lastMs: number;
  count: number;
  object: KubeObject;
}

/** The `Event` objects of an instance: what happened to objects, equal ones counted. */
export class EventRecorder {
  readonly #recorded = new Map<string, Recorded>();
  /** Made when it is asked for. */
  #list: readonly KubeObject[] | undefined;

  /** Records what a session does from now on. */
  constructor(session: Session) {
    session.subscribe((events, state) => {
      for (const event of events) {
        const timeMs = Date.parse(event.time);
        for (const said of kubeEvents(event, state)) this.#record(said, timeMs, state);
      }
    });
  }

  /** The same reference while nothing was recorded. */
  list(): readonly KubeObject[] {
    this.#list ??= [...this.#recorded.values()].map(({ object }) => object);
    return this.#list;
  }

  #record(event: KubeEvent, timeMs: number, state: SessionState): void {
    const key = [event.kind, event.namespace, event.name, event.reason, event.message].join('\0');
    const known = this.#recorded.get(key);
    const times = { firstMs: known?.firstMs ?? timeMs, lastMs: timeMs, count: (known?.count ?? 0) + 1 };
    const involved = known?.involved ?? involvedObject(event, state);
    this.#recorded.delete(key);
    this.#recorded.set(key, { event, involved, ...times, object: eventObject(event, involved, times) });
    for (const [oldest, { lastMs }] of this.#recorded) {
      if (this.#recorded.size <= maxEvents && lastMs > timeMs - maxAgeMs) break;
      this.#recorded.delete(oldest);
    }
    this.#list = undefined;
  }
}

function involvedObject({ kind, namespace, name }: KubeEvent, state: SessionState) {
  const stored = state.store.resources.get(kind, namespace, name)?.object;
  const object =
    stored ??
    listObjects(state, kind).find(
      ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
    );
  return object === undefined ? undefined : { apiVersion: object.apiVersion, uid: object.metadata.uid };
}
