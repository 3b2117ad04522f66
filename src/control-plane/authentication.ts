import type { Metadata } from '@grpc/grpc-js';
import { Refusal } from './refusal.ts';
import type { Tokens } from './tokens.ts';
import type { Node } from './wire/node.ts';

/** The tenant that a stream's token was issued for. Rejects with a {@link Refusal}. */
export async function authenticate(tokens: Tokens, metadata: Metadata): Promise<string> {
  const [header] = metadata.get('authorization');
  const token = typeof header === 'string' ? /^Bearer (\S+)$/i.exec(header)?.[1] : undefined;
  if (token === undefined) throw new Refusal(16, 'it has no token');
  try {
    return tokens.verify(token);
  } catch {
    throw new Refusal(16, 'its token was not issued by this instance');
  }
}

/**
 * Checks that a stream is of whom it says. The token alone decides what is served; a node of another name is an Envoy
 * with a bootstrap that was put together wrongly, and must not run with a strange configuration. Throws a
 * {@link Refusal}.
 */
export function checkNode(tenant: string, node: Node | undefined): void {
  if (node === undefined) throw new Refusal(16, `it has the token of ${tenant}, but does not say who it is`);
  if (node.cluster !== tenant) {
    throw new Refusal(7, `it has the token of ${tenant}, but says that it is ${node.cluster || 'nobody'}`);
  }
}
