import type { ControlPlaneEvent } from '../../control-plane/control-plane.ts';
import type { SocketAddress } from '../../model/address.ts';
import type { Draft } from '../draft.ts';
import { rejectionDiagnostic } from '../rejections.ts';
import { updateTenant } from '../tenants.ts';
import { applyAccessLog } from './access-log.ts';

/** Tells what the tenants' Envoys said of what they were sent. */
export function applyControlPlaneEvent(draft: Draft, event: ControlPlaneEvent): void {
  switch (event.type) {
    case 'proxy-connected':
      updateTenant(draft, event.tenant, { isConnected: true });
      draft.emit({ type: 'ProxyConnected' }, { tenant: event.tenant });
      return;
    case 'proxy-disconnected':
      updateTenant(draft, event.tenant, { isConnected: false });
      draft.emit({ type: 'ProxyDisconnected' }, { tenant: event.tenant });
      return;
    case 'snapshot-applied':
      applySnapshotApplied(draft, event);
      return;
    case 'resource-rejected':
      applyRejection(draft, event);
      return;
    case 'warming-slow':
      draft.emit(
        {
          type: 'Problem',
          message: `the endpoints of ${event.clusters.join(', ')} have not answered their first health check after ${event.afterMs / 1000} s; requests to them fail until they do`,
          hint: 'look whether they answer the path or port that the health check asks for',
        },
        { tenant: event.tenant, cause: event.cause },
      );
      return;
    case 'stream-refused':
      draft.emit({
        type: 'Problem',
        message: `a connection to the control plane was refused: ${event.reason}`,
        hint: 'nothing to do, unless one of your own Envoys was meant to connect',
      });
      return;
    case 'access-log':
      applyAccessLog(draft, event);
      return;
  }
}

function applySnapshotApplied(
  draft: Draft,
  event: Extract<ControlPlaneEvent, { type: 'snapshot-applied' }>,
): void {
  const { tenant, version, cause, changed } = event;
  updateTenant(draft, tenant, { ackedVersion: version });
  forgetMended(draft, tenant, new Set(event.rejected));
  if (Object.values(changed).every((count) => count === 0)) return;
  const saved = cause === undefined ? undefined : draft.state.causeTimes.get(cause);
  // An Envoy that starts again is sent everything anew, however long ago that was saved.
  const lost = draft.state.tenants.get(tenant)?.lostAtMs ?? 0;
  const sinceMs = Math.max(saved ?? draft.state.settings.startedAtMs, lost);
  draft.emit(
    {
      type: 'ConfigApplied',
      version,
      durationMs: Math.round(draft.nowMs - sinceMs),
      changed,
    },
    { tenant, cause },
  );
}

/** A resource that was acknowledged, or is not sent any more, is not refused any more. */
function forgetMended(draft: Draft, tenant: string, rejected: ReadonlySet<string>): void {
  const rejections = new Map(draft.state.rejections);
  for (const key of draft.state.rejections.keys()) {
    const [owner, , ...name] = key.split('\u0000');
    if (owner === tenant && !rejected.has(name.join('\u0000'))) rejections.delete(key);
  }
  if (rejections.size !== draft.state.rejections.size) draft.update({ rejections });
}

function applyRejection(
  draft: Draft,
  event: Extract<ControlPlaneEvent, { type: 'resource-rejected' }>,
): void {
  const { tenant, resourceType, name, typeUrl, reason, cause } = event;
  const lost = resourceType === 'listener' ? socketInUse(reason) : undefined;
  if (lost !== undefined) draft.effect({ type: 'rebind', lost });
  const finding = rejectionDiagnostic(draft.state, event);
  const key = [tenant, resourceType, name].join('\u0000');
  draft.update({ rejections: new Map(draft.state.rejections).set(key, finding) });
  draft.emit(
    { type: 'ConfigRejected', typeUrl, reason, resource: finding.resource ?? name },
    { tenant, cause },
  );
}

/** The socket of Envoy's `cannot bind '127.0.0.1:80': Address already in use`. */
function socketInUse(reason: string): SocketAddress | undefined {
  const found = /cannot bind '\[?([^'\]]+)\]?:(\d+)': Address already in use/.exec(reason);
  return found?.[1] === undefined ? undefined : { address: found[1], port: Number(found[2]) };
}
