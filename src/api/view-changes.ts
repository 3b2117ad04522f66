import type { InstanceView, TenantView } from '../session/view/instance-view.ts';

/** A view, or what of it is new since the last update: tenants that did not change are named only. */
export interface ViewUpdate {
  readonly view: Omit<InstanceView, 'tenants'>;
  /** All tenants in order: a name stands for one that is as it was. */
  readonly tenants: readonly (TenantView | string)[];
}

/** Tells a reader what changes in a view. */
export class ViewChanges {
  #last: InstanceView | undefined;

  /** Nothing, or one update from the view of the last call to this one. */
  next(now: InstanceView): readonly ViewUpdate[] {
    const before = this.#last;
    if (before === now) return [];
    this.#last = now;
    const { tenants, ...view } = now;
    const known = new Set(before?.tenants);
    return [{ view, tenants: tenants.map((tenant) => (known.has(tenant) ? tenant.name : tenant)) }];
  }
}

/** The view after an update; what did not change keeps its identity. `undefined`: an update in between was missed. */
export function applyViewUpdate(
  before: InstanceView | undefined,
  { view, tenants }: ViewUpdate,
): InstanceView | undefined {
  const known = new Map(before?.tenants.map((tenant) => [tenant.name, tenant]));
  const next: TenantView[] = [];
  for (const tenant of tenants) {
    const found = typeof tenant === 'string' ? known.get(tenant) : tenant;
    if (found === undefined) return undefined;
    next.push(found);
  }
  return { ...view, tenants: next };
}
