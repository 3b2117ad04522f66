import type { Listener } from '../model/listener.ts';
import { contentVersion } from './encode.ts';
import { type ListenerSettings, listenerJson } from './listener.ts';
import type { XdsProblem } from './problem.ts';
import type { SnapshotResource } from './snapshot.ts';
import { messageNames } from './type-url.ts';
import { constraintViolations } from './wire/constraints.ts';
import { encodeMessage, type JsonMessage } from './wire/encoder.ts';

/** A listener, encoded. Without `resource`: Envoy would refuse it. */
export interface EncodedListener {
  readonly resource?: SnapshotResource;
  readonly problems: readonly XdsProblem[];
}

const encoded = new WeakMap<
  Listener,
  { readonly settings: ListenerSettings; readonly result: EncodedListener }
>();

/** Encodes a listener once for the same settings. */
export function encodeListener(listener: Listener, settings: ListenerSettings): EncodedListener {
  const known = encoded.get(listener);
  if (known !== undefined && sameSettings(known.settings, settings)) return known.result;
  const json = listenerJson(listener, settings) as JsonMessage;
  const problems = constraintViolations(messageNames.listener, json).map(
    ({ path, message }): XdsProblem => ({
      resourceType: 'listener',
      resource: listener.name,
      source: listener.source,
      path,
      message,
      effect: 'the listener keeps its last good state, or is not opened',
    }),
  );
  const bytes = encodeMessage(messageNames.listener, json);
  const resource = { name: listener.name, version: contentVersion(bytes), bytes };
  const result: EncodedListener = { ...(problems.length === 0 && { resource }), problems };
  encoded.set(listener, { settings, result });
  return result;
}

function sameSettings(a: ListenerSettings, b: ListenerSettings): boolean {
  return (
    a.accessLog === b.accessLog &&
    a.accessLogPath === b.accessLogPath &&
    a.requestEvents === b.requestEvents &&
    a.sharesListeners === b.sharesListeners
  );
}
