import type { KubeObject } from '../../resources/resource.ts';

const texts = new WeakMap<KubeObject, string>();

/** An object as JSON: made once, however many lists and watches show it. */
export function objectJson(object: KubeObject): string {
  let text = texts.get(object);
  if (text === undefined) {
    text = JSON.stringify(object);
    texts.set(object, text);
  }
  return text;
}
