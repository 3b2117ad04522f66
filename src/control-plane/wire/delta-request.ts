import { type Node, readNode } from './node.ts';
import { WireReader } from './reader.ts';

/** `envoy.service.discovery.v3.DeltaDiscoveryRequest`, decoded. */
export interface DeltaRequest {
  /** On the first message of a stream only. */
  readonly node: Node | undefined;
  readonly typeUrl: string;
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  /** What the client has already, by resource name; on the first message of a type. */
  readonly initialVersions: ReadonlyMap<string, string>;
  /** Of the response that is acknowledged or refused; empty when the message is about subscriptions only. */
  readonly nonce: string;
  /** Why the response was refused: Envoy's words. */
  readonly error: string | undefined;
}

/** @throws RangeError when the bytes are no such message. */
export function readDeltaRequest(bytes: Buffer): DeltaRequest {
  const reader = new WireReader(bytes);
  let node: Node | undefined;
  let typeUrl = '';
  let nonce = '';
  let error: string | undefined;
  const subscribe: string[] = [];
  const unsubscribe: string[] = [];
  const initialVersions = new Map<string, string>();
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === 0x0a) node = readNode(reader.message());
    else if (tag === 0x12) typeUrl = reader.text();
    else if (tag === 0x1a) subscribe.push(reader.text());
    else if (tag === 0x22) unsubscribe.push(reader.text());
    else if (tag === 0x2a) initialVersions.set(...readEntry(reader.message()));
    else if (tag === 0x32) nonce = reader.text();
    else if (tag === 0x3a) error = readStatusMessage(reader.message());
    else reader.skip(tag);
  }
  return { node, typeUrl, subscribe, unsubscribe, initialVersions, nonce, error };
}

/** An entry of a map from text to text. */
function readEntry(reader: WireReader): [key: string, value: string] {
  let key = '';
  let value = '';
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === 0x0a) key = reader.text();
    else if (tag === 0x12) value = reader.text();
    else reader.skip(tag);
  }
  return [key, value];
}

/** `google.rpc.Status.message`. */
function readStatusMessage(reader: WireReader): string {
  let message = '';
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === 0x12) message = reader.text();
    else reader.skip(tag);
  }
  return message;
}
