import type { InstanceSource } from '../tui/instance-source.ts';
import type { InstanceModel } from '../tui/model/instance-model.ts';
import { becameOf, concernsEntry, concernsRequest, type DetailFacts } from './detail-facts.ts';

/** Collects what is known of an object (`Kind/namespace/name`). */
export async function gatherFacts(
  ref: string,
  {
    source,
    model,
    now,
  }: { readonly source: InstanceSource; readonly model: InstanceModel; readonly now: () => number },
): Promise<DetailFacts> {
  const view = source.view();
  const became = view === undefined ? [] : becameOf(view, ref);
  const namespace = ref.split('/')[1] ?? '';
  const tenant = became[0]?.tenant.name ?? view?.tenants.find(({ name }) => name === namespace)?.name;
  const [object, declared, configuration] = await Promise.all([
    source.object(ref),
    source.source(ref),
    tenant === undefined ? undefined : source.configuration(tenant),
  ]);
  return {
    ...{ ref, object, declared, became, configuration },
    diagnostics: (view?.diagnostics ?? []).filter(({ resource }) => resource === ref),
    requests: model.meter.requests(undefined).filter((request) => concernsRequest(became, request)),
    history: model.timeline.entries.filter((entry) => concernsEntry(ref, became, entry)),
    nowMs: now(),
  };
}
