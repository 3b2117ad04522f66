import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { Draft } from '../draft.ts';
import type { SessionInput } from '../inputs.ts';

/** Changes the running number of a Deployment's pods; its file is untouched, and the next save of it wins again. */
export function applyScale(draft: Draft, input: Extract<SessionInput, { type: 'scale' }>): void {
  const { namespace, name, replicas } = input;
  const { store } = draft.state;
  const deployment = store.resources.get<Deployment>('Deployment', namespace, name);
  if (deployment === undefined) return;
  const { object } = deployment;
  const from = object.spec?.replicas ?? 1;
  if (from === replicas) return;
  const now = new Date(draft.nowMs).toISOString();
  draft.update({ store: store.putObject({ ...object, spec: { ...object.spec, replicas } }, now) });
  draft.cause = draft.emit(
    { type: 'Scaled', resource: `Deployment/${namespace}/${name}`, from, to: replicas },
    { tenant: namespace },
  );
}
