import type { AppState, LogSubject, Subject } from './app-state.ts';
import { type Lists, selectedItem } from './model/lists.ts';

/** What details are about: the selected row of the pane that has the focus. */
export function detailsOf(state: AppState, lists: Lists): Subject | undefined {
  const { focus, selected } = state;
  switch (focus) {
    case 'endpoints': {
      const item = selectedItem(lists.endpoints, selected.endpoints)?.value;
      if (item === undefined) return undefined;
      return { type: 'endpoint', cluster: item.cluster.name, declared: item.endpoint.declared };
    }
    case 'timeline': {
      const entry = lists.timeline.find(({ key }) => key === selected.timeline) ?? lists.timeline.at(-1);
      return entry === undefined ? undefined : { type: 'entry', seq: entry.value.seq };
    }
    case 'requests': {
      const request = lists.requests.find(({ key }) => key === selected.requests) ?? lists.requests.at(-1);
      return request === undefined ? undefined : { type: 'request', seq: request.value.seq };
    }
    default: {
      const route = selectedItem(lists.routes, selected.routes)?.value;
      return route === undefined ? undefined : { type: 'object', ref: route.resource, route: route.name };
    }
  }
}

/** Logs that can be looked at: the tenant's, then the one of the selected pod. */
export function logSubjects({ selected }: AppState, lists: Lists): readonly LogSubject[] {
  const pod = selectedItem(lists.endpoints, selected.endpoints)?.value.endpoint.pod;
  const [namespace, name] = pod?.split('/') ?? [];
  return [
    { type: 'access' },
    { type: 'proxy' },
    ...(namespace === undefined || name === undefined ? [] : [{ type: 'pod', namespace, name } as const]),
  ];
}
