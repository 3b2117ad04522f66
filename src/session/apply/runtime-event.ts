import type { RuntimeEvent } from '../../runtime/runtime-event.ts';
import { noHealth } from '../../telemetry/track-health.ts';
import { forgetPod, podKey } from '../derive/pods.ts';
import type { Draft } from '../draft.ts';
import { noteEndpointCause } from '../endpoint-causes.ts';
import { updateTenant } from '../tenants.ts';

/** Tells what the runtime did or saw happen. What it means for traffic follows when the state is derived again. */
export function applyRuntimeEvent(draft: Draft, event: RuntimeEvent): void {
  const { cause } = event;
  switch (event.type) {
    case 'pod-started':
    case 'pod-stopped':
      applyPodEvent(draft, event);
      return;
    case 'service-changed':
      return;
    case 'ports-changed':
      draft.update({ bindings: event.bindings });
      return;
    case 'proxy-started': {
      const { tenant, pid, container } = event;
      const envoy = {
        ...(pid === undefined ? {} : { pid }),
        ...(container === undefined ? {} : { container }),
      };
      updateTenant(draft, tenant, { envoy });
      draft.emit({ type: 'ProxyStarted', ...envoy }, { tenant, cause });
      return;
    }
    case 'proxy-exited': {
      const { tenant, exitCode, signal, willRestart, log } = event;
      updateTenant(draft, tenant, {
        envoy: {},
        isConnected: false,
        ackedVersion: undefined,
        health: noHealth,
      });
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
      return;
    }
    case 'runtime-problem':
      draft.emit({ type: 'Problem', message: event.message, hint: event.hint }, { cause });
      return;
    case 'proxy-health-line':
      return;
  }
}

/** Why it ended, as far as anybody knows: who killed it, or the last line that it wrote. */
function exitDetail(signal: string | undefined, lastLine: string | undefined): string {
  const words = [signal === undefined ? undefined : `killed by ${signal}`, lastLine];
  return words.filter((word) => word !== undefined).join(': ');
}

function applyPodEvent(
  draft: Draft,
  event: Extract<RuntimeEvent, { type: 'pod-started' | 'pod-stopped' }>,
): void {
  const { namespace, name, cause } = event;
  const about = { tenant: namespace, cause };
  const seq =
    event.type === 'pod-started'
      ? draft.emit({ type: 'PodStarted', pod: name, namespace, address: event.address }, about)
      : draft.emit(
          {
            type: 'PodStopped',
            pod: name,
            namespace,
            ...(event.exitCode === undefined ? {} : { exitCode: event.exitCode }),
            willRestart: event.willRestart,
          },
          about,
        );
  noteEndpointCause(draft, event, seq);
  if (event.type === 'pod-stopped' && !event.willRestart) forgetPod(draft, podKey(event));
  draft.cause = seq;
}
