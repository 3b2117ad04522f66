import type { KubeObject, Resource } from '../resources/resource.ts';
import type { TranslateInput } from './translation.ts';

/** A reference from one object to another, as ReferenceGrants judge it. */
export interface CrossReference {
  readonly from: { readonly group: string; readonly kind: string; readonly namespace: string };
  readonly to: {
    readonly group: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
  };
}

/**
 * What every processor reads. Keeps its identity while none of its inputs, HTTPRoutes excepted, changed; therefore its
 * `resources` hold no HTTPRoutes: these are handed over one by one, or as `Attachments`.
 */
export interface TranslateContext extends TranslateInput {
  /** Whether a reference may be followed: same namespace, or a ReferenceGrant in the target's namespace. */
  permits(reference: CrossReference): boolean;
  /** The data plane's Gateways (class `eg`, or a declared class of Envoy Gateway's controller). */
  readonly gateways: readonly Resource<KubeObject>[];
}
