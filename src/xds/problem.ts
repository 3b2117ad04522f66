import type { Source } from '../model/source.ts';
import type { ResourceType } from './snapshot.ts';

/** Something that Envoy would refuse, or could not serve, found before it is sent. */
export interface XdsProblem {
  readonly resourceType: ResourceType;
  /** Name of the xDS resource. */
  readonly resource: string;
  /** The declared object that it came from. */
  readonly source: Source;
  /** Field in Envoy's message, e.g. `routes[3].route.timeout`; empty where the whole resource is meant. */
  readonly path: string;
  /** What is wrong, in words. */
  readonly message: string;
  /** What was done about it: what traffic meets now. */
  readonly effect: string;
}
