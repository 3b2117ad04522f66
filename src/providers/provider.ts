import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Resource } from '../resources/resource.ts';
import type { Resources } from '../resources/resources.ts';

/**
 * Turns CALB resources into those of a data plane, as CALB's own controller does. One file per data plane; pure.
 */
export interface Provider {
  readonly name: string;
  expand(resources: Resources): Expansion;
}

/** What a provider made. */
export interface Expansion {
  /** Made from CALB objects; `get` lists them beside their origins. */
  readonly generated: readonly Resource[];
  /**
   * What translation reads: declared data-plane objects and the generated ones; CALB objects are left out, and policies
   * and ReferenceGrants that name a CALB object name what was made from it instead.
   */
  readonly effective: Resources;
  /** CALB object → what was made from it. */
  readonly madeFrom: ReadonlyMap<Resource, readonly Resource[]>;
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Carries statuses back: from those of the effective objects to those of every declared and generated object.
   * A CALB object's conditions are those of what was made from it, the worst first, with the generated name in the
   * message.
   */
  statuses(effective: ReadonlyMap<Resource, unknown>): ReadonlyMap<Resource, unknown>;
}
