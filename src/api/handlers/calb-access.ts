import type { ApiCall, Reply } from '../route.ts';

/** `GET /calb/v1/access`: an `ApiAccess`, once the port is open. */
export async function getAccess({ state }: ApiCall): Promise<Reply> {
  return { status: 200, body: await state.access() };
}
