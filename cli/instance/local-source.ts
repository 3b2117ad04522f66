import type { ApiState } from '../../src/api/api-state.ts';
import type { KubeObject } from '../../src/resources/resource.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import type { InstanceSource, Intent } from '../tui/instance-source.ts';

/** How long lines of a log wait for more, milliseconds. */
const gatherMs = 50;

/** The instance of this process for the terminal app. It ends only when this process wants it to. */
export function localSource(api: ApiState): InstanceSource {
  return {
    isReadOnly: false,
    view: () => api.view(),
    subscribe: (listener) => subscribe(api, listener),
    onEnd: () => () => {},
    async act(intent) {
      await act(api, intent);
    },
    object: async (ref) => objectOf(api, ref),
    source: async (ref) => api.source(ref),
    configuration: async (tenant) => api.configuration(tenant),
    followLogs(owner, listener) {
      let waiting: Parameters<typeof listener>[0][number][] = [];
      let timer: NodeJS.Timeout | undefined;
      const flush = () => {
        const lines = waiting;
        waiting = [];
        timer = undefined;
        listener(lines);
      };
      let isEnded = false;
      // New lines wait for those that are kept.
      let isBegun = false;
      const end = api.logs.follow(owner, (line) => {
        waiting.push(line);
        if (isBegun) timer ??= setTimeout(flush, gatherMs);
      });
      void api.logs.lines(owner).then((lines = []) => {
        if (isEnded) return;
        listener(lines);
        isBegun = true;
        if (waiting.length > 0) flush();
      });
      return () => {
        isEnded = true;
        clearTimeout(timer);
        end();
      };
    },
  };
}

function subscribe(api: ApiState, listener: (events: readonly SessionEvent[]) => void): () => void {
  let last = 0;
  const tell = () => {
    const events = api.eventsSince(last);
    if (events.length === 0) return;
    last = events.at(-1)?.seq ?? last;
    listener(events);
  };
  tell();
  return api.subscribe(tell);
}

function objectOf(api: ApiState, ref: string): KubeObject | undefined {
  const [kind = '', ...name] = ref.split('/');
  const [first = '', second] = name;
  return second === undefined ? api.get(kind, undefined, first) : api.get(kind, first, second);
}

async function act(api: ApiState, intent: Intent): Promise<void> {
  switch (intent.type) {
    case 'scale': {
      const { namespace, name, replicas } = intent;
      if (api.get('Deployment', namespace, name) === undefined)
        throw new Error(`there is no Deployment ${name} in ${namespace}`);
      await api.scale(namespace, name, replicas);
      return;
    }
    case 'kill-pod':
      if (api.get('Pod', intent.namespace, intent.name) === undefined)
        throw new Error(`there is no pod ${intent.name} in ${intent.namespace}`);
      api.killPod(intent.namespace, intent.name);
      return;
    case 'restart-proxy':
      if (!api.view().tenants.some(({ name }) => name === intent.tenant))
        throw new Error(`there is no tenant ${intent.tenant}`);
      api.restartProxy(intent.tenant);
      return;
    case 'reread':
      api.reread();
      return;
  }
}
