import type { Draft } from '../draft.ts';
import type { SessionState } from '../state.ts';
import { listenerReports } from './listener-urls.ts';

/** Once everything is served that can be, each listener is asked; when all answered, the instance is ready. */
export function deriveReadiness(draft: Draft): void {
  const { state } = draft;
  if (state.readiness !== 'waiting' || state.loadedAtMs === undefined) return;
  if (!isServed(state)) return;
  const targets = listenerReports(state)
    .filter(({ programmed }) => programmed)
    .map(({ address, port, protocol }) => ({ address, port, tls: protocol === 'HTTPS' }));
  draft.update({ readiness: 'probing' });
  draft.effect({ type: 'probe-listeners', targets });
}

/** Every declared port was looked at, and every tenant's Envoy has what it shall have. */
function isServed(state: SessionState): boolean {
  const bound = new Set(state.bindings.map(({ gateway, port }) => `${gateway}:${port}`));
  return (
    state.wanted.every(({ gateway, port }) => bound.has(`${gateway}:${port}`)) &&
    [...state.tenants.values()].every(
      ({ snapshot, ackedVersion }) => snapshot !== undefined && ackedVersion === snapshot.version,
    )
  );
}

/** Says `Ready`, once. */
export function becomeReady(draft: Draft): void {
  if (draft.state.readiness === 'ready') return;
  draft.update({ readiness: 'ready' });
  const { settings } = draft.state;
  draft.emit({
    type: 'Ready',
    runtime: settings.runtime,
    envoyVersion: settings.envoyVersion,
    durationMs: Math.round(draft.nowMs - settings.startedAtMs),
    urls: listenerReports(draft.state)
      .filter(({ programmed }) => programmed)
      .map(({ programmed: _programmed, protocol: _protocol, sockets: _sockets, ...url }) => url),
  });
}
