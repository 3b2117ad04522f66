import { setImmediate } from 'node:timers/promises';
import type { ControlPlane } from '../../src/control-plane/control-plane.ts';
import type { Binding, Runtime, WantedSocket } from '../../src/runtime/runtime.ts';
import type { Effect } from '../../src/session/effects.ts';
import type { SessionInput } from '../../src/session/inputs.ts';

/** The edges that effects act on. */
export interface EffectTargets {
  readonly runtime: Runtime;
  readonly controlPlane: ControlPlane;
  readonly post: (input: SessionInput) => void;
  readonly onBindings: (bindings: readonly Binding[]) => void;
  /** Ends what is still waiting when the instance stops. */
  readonly signal: AbortSignal;
}

/** Starts an effect; what comes of it is posted back. Failures become `problem`s: an effect never throws. */
export function runEffect(effect: Effect, targets: EffectTargets): void {
  perform(effect, targets).catch((error: unknown) => {
    if (targets.signal.aborted) return;
    targets.post({
      type: 'problem',
      message: `${effect.type} failed: ${error instanceof Error ? error.message : String(error)}`,
      hint: 'run again with -v for details',
    });
  });
}

async function perform(effect: Effect, targets: EffectTargets): Promise<void> {
  const { runtime, controlPlane, post, signal } = targets;
  switch (effect.type) {
    case 'reserve-ports':
      await reservePorts(effect.wanted, targets);
      return;
    case 'rebind':
      post({ type: 'ports-reserved', bindings: await runtime.rebind(effect.lost) });
      return;
    case 'issue-credentials': {
      const { tenant } = effect;
      const credentials = controlPlane.credentials(tenant);
      const at = await runtime.connectControlPlane(tenant, (where) => controlPlane.listen(where));
      post({ type: 'credentials-ready', tenant, credentials: { ...credentials, at } });
      return;
    }
    case 'execute':
      await runtime.execute(effect.operations);
      return;
    case 'set-snapshot':
      controlPlane.setSnapshot(effect.snapshot, effect.cause);
      return;
    case 'remove-tenant':
      controlPlane.removeTenant(effect.tenant);
      return;
    case 'probe-listeners': {
      const { probeListener } = await import('../../src/telemetry/probe-listener.ts');
      const answers = await Promise.all(effect.targets.map((target) => probeListener(target, signal)));
      if (answers.every((answered) => answered)) post({ type: 'listeners-answered' });
      return;
    }
    case 'wake': {
      wakeLater(effect.afterMs, targets);
      return;
    }
    case 'sample-requests': {
      const { setSampling } = await import('../../src/telemetry/admin-client.ts');
      return setSampling(runtime.filesOf(effect.tenant).adminSocket, effect.percent);
    }
  }
}

/** Timers do not keep an instance that stops, nor does it keep timers. */
function wakeLater(afterMs: number, { post, signal }: EffectTargets): void {
  const cancel = (): void => clearTimeout(timer);
  const timer = setTimeout(() => {
    signal.removeEventListener('abort', cancel);
    post({ type: 'deadline' });
  }, afterMs);
  signal.addEventListener('abort', cancel, { once: true });
}

async function reservePorts(wanted: readonly WantedSocket[], targets: EffectTargets): Promise<void> {
  const bindings = await targets.runtime.reserve(wanted);
  targets.onBindings(bindings);
  // Who stops because of a conflict does so before anything is made for the ports that could be had.
  if (bindings.some(({ conflict }) => conflict !== undefined)) await setImmediate();
  targets.post({ type: 'ports-reserved', bindings });
}
