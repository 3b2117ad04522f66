import { Document, isMap, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import type { Kubeconfig, KubeconfigEntry } from './kubeconfig.ts';

/**
 * The text of a kubeconfig with the cluster, user and context of another one added, or replaced where they are there.
 * The rest stays as it is, comments too; the current context changes only where there is none.
 *
 * @throws {Error} when the text is no kubeconfig: it must not be overwritten
 */
export function mergeKubeconfig(text: string, added: Kubeconfig): string {
  const document = text.trim() === '' ? new Document({ apiVersion: 'v1', kind: 'Config' }) : parse(text);
  for (const list of ['clusters', 'users', 'contexts'] as const) {
    for (const entry of added[list]) put(document, list, entry);
  }
  const current = document.get('current-context');
  if (current === undefined || current === null || current === '') {
    document.set('current-context', added['current-context']);
  }
  return document.toString({ lineWidth: 0 });
}

function parse(text: string): Document {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new Error(error.message.split('\n')[0] ?? 'it is not YAML');
  if (!isMap(document.contents) || document.get('kind') !== 'Config')
    throw new Error('its kind is not Config');
  return document as unknown as Document;
}

function put(document: Document, list: string, entry: KubeconfigEntry): void {
  if (!isSeq(document.get(list))) document.set(list, document.createNode([]));
  const sequence = document.get(list) as YAMLSeq;
  // An empty list is often written as `[]`: entries of several lines do not belong into that.
  sequence.flow = false;
  const node = document.createNode(entry);
  const index = sequence.items.findIndex((item) => isMap(item) && item.get('name') === entry.name);
  if (index < 0) sequence.items.push(node);
  else sequence.items[index] = node;
}
