import type { ApiCall, Reply } from '../route.ts';

/** `GET /calb/v1/status`: a `StatusReport`. */
export function getStatus({ state }: ApiCall): Reply {
  return { status: 200, body: state.status() };
}
