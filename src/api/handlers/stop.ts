import type { ApiCall, Reply } from '../route.ts';

/** `POST /calb/v1/stop`: begins to stop; the instance has stopped when its socket is gone. */
export function postStop({ state }: ApiCall): Reply {
  // The answer must leave before the socket goes.
  setImmediate(() => state.stop());
  return { status: 202, body: { instance: state.status().instance, stopping: true } };
}
