import { selects } from '../resources/label-selector.ts';
import type { Resources } from '../resources/resources.ts';
import type { JudgedListener } from './listener.ts';

/** Whether a listener's `allowedRoutes.namespaces` lets routes of a namespace attach. */
export function allowsNamespace(
  resources: Resources,
  { owner, allowedRoutes }: JudgedListener,
  namespace: string,
): boolean {
  const { from, selector } = allowedRoutes?.namespaces ?? {};
  switch (from) {
    case 'All':
      return true;
    case 'Selector': {
      if (selector === undefined) return false;
      const declared = resources.get('Namespace', undefined, namespace)?.object.metadata.labels;
      // Every namespace has this label, declared or not.
      return selects(selector, { ...declared, 'kubernetes.io/metadata.name': namespace });
    }
    case undefined:
    case 'Same':
      return owner.object.metadata.namespace === namespace;
    default:
      return false;
  }
}
