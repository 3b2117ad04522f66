import { formatSocketAddress } from '../../model/address.ts';
import type { RuntimeEvent } from '../../runtime/runtime-event.ts';
import { noHealth } from '../../telemetry/track-health.ts';
import type { Draft } from '../draft.ts';
import type { TenantState } from '../state.ts';
import { updateTenant } from '../tenants.ts';
import { takeOverHealth } from './health-line.ts';

type ProxyEvent = Extract<
  RuntimeEvent,
  { readonly type: 'proxy-started' | 'proxy-exited' | 'proxy-replaced' | 'ports-published' }
>;

/** Tells what became of a tenant's Envoy. */
export function applyProxyEvent(draft: Draft, event: ProxyEvent): void {
  switch (event.type) {
    case 'proxy-started': {
      const { tenant, pid, container, cause } = event;
      const envoy = {
        ...(pid === undefined ? {} : { pid }),
        ...(container === undefined ? {} : { container }),
      };
      updateTenant(draft, tenant, { envoy });
      draft.emit({ type: 'ProxyStarted', ...envoy }, { tenant, cause });
      return;
    }
    case 'proxy-exited':
      applyExit(draft, event);
      return;
    case 'ports-published': {
      const { tenant, sockets, awayMs, cause } = event;
      draft.emit(
        { type: 'PortsPublished', sockets: sockets.map(formatSocketAddress), awayMs },
        { tenant, cause },
      );
      return;
    }
    case 'proxy-replaced': {
      const { tenant, container, reason, awayMs, cause } = event;
      const envoy = container === undefined ? {} : { container };
      updateTenant(draft, tenant, { envoy });
      draft.emit({ type: 'ProxyReplaced', ...envoy, reason, awayMs }, { tenant, cause });
      takeOverHealth(draft, tenant, container);
      return;
    }
  }
}

function applyExit(draft: Draft, event: Extract<ProxyEvent, { type: 'proxy-exited' }>): void {
  const { tenant, exitCode, signal, willRestart, log, cause } = event;
  updateTenant(draft, tenant, withoutEnvoy(draft.nowMs));
  const detail = exitCode === 0 ? '' : exitDetail(signal, log.at(-1));
  draft.emit(
    {
      type: 'ProxyExited',
      ...(exitCode === undefined ? {} : { exitCode }),
      willRestart,
      ...(detail === '' ? {} : { detail }),
    },
    { tenant, cause: exitCode === 0 ? undefined : cause },
  );
}

/** What is known of a tenant whose Envoy is gone. */
export function withoutEnvoy(nowMs: number): Partial<TenantState> {
  return {
    envoy: {},
    successor: undefined,
    isConnected: false,
    ackedVersion: undefined,
    health: noHealth,
    lostAtMs: nowMs,
  };
}

/** Why it ended, as far as anybody knows: who killed it, or the last line that it wrote. */
function exitDetail(signal: string | undefined, lastLine: string | undefined): string {
  const words = [signal === undefined ? undefined : `killed by ${signal}`, lastLine];
  return words.filter((word) => word !== undefined).join(': ');
}
