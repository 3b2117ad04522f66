import type { KindCheck } from './kind-check.ts';

/** Label that every namespace carries, so that selectors can name it. */
export const namespaceNameLabel = 'kubernetes.io/metadata.name';

/** Namespace: the server sets the label with its name. */
export const checkNamespace: KindCheck = (object) => {
  const { metadata } = object;
  const labels = { ...metadata.labels, [namespaceNameLabel]: metadata.name };
  return { ...object, metadata: { ...metadata, labels }, issues: [] };
};
