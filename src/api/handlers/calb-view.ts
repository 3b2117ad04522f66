import { failure } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { streamLines } from '../stream-lines.ts';
import { ViewChanges } from '../view-changes.ts';

/** How often a reader hears of changes at most, milliseconds: a screen draws no faster. */
const paceMs = 100;

/**
 * `GET /calb/v1/view`: an `InstanceView`. With `follow=true` a stream of `ViewUpdate`s, one JSON object a line: at once,
 * and then whenever something of the view has changed.
 */
export function getView({ state, query }: ApiCall): Reply {
  if (query.get('follow') !== 'true') return { status: 200, body: state.view() };
  const changes = new ViewChanges();
  return { stream: (response) => streamLines(response, paced, () => changes.next(state.view())) };
}

/** Not every change of a view has an event; looking costs nothing while there is none. */
const paced = {
  subscribe(listener: () => void): () => void {
    const timer = setInterval(listener, paceMs);
    return () => clearInterval(timer);
  },
};

/** `GET /calb/v1/configuration/TENANT`: a `TenantConfiguration`. */
export function getConfiguration({ state, params }: ApiCall): Reply {
  const { tenant = '' } = params;
  const configuration = state.configuration(tenant);
  if (configuration === undefined)
    return failure('NotFound', `tenant "${tenant}" not found`, { name: tenant });
  return { status: 200, body: configuration };
}

/** `GET /calb/v1/source?ref=Kind/namespace/name`: a `DeclaredText`. */
export function getSource({ state, query }: ApiCall): Reply {
  const ref = query.get('ref') ?? '';
  const text = state.source(ref);
  if (text === undefined) return failure('NotFound', `no file declares ${ref}`);
  return { status: 200, body: text };
}
