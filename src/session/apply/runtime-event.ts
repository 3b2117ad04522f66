import type { RuntimeEvent } from '../../runtime/runtime-event.ts';
import { forgetPod, notePodTime, podKey } from '../derive/pods.ts';
import type { Draft } from '../draft.ts';
import { noteEndpointCause } from '../endpoint-causes.ts';
import { applyEngineEvent } from './engine-event.ts';
import { applyHealthLine } from './health-line.ts';
import { applyImagePull } from './image-pull.ts';
import { applyProxyEvent } from './proxy-event.ts';

/** Tells what the runtime did or saw happen. What it means for traffic follows when the state is derived again. */
export function applyRuntimeEvent(draft: Draft, event: RuntimeEvent): void {
  const { cause } = event;
  switch (event.type) {
    case 'pod-started':
    case 'pod-stopped':
      applyPodEvent(draft, event);
      return;
    // What follows is derived from what is observed now.
    case 'service-changed':
    case 'networks-joined':
      return;
    case 'ports-changed':
      draft.update({ bindings: event.bindings });
      return;
    case 'proxy-started':
    case 'proxy-exited':
    case 'proxy-replaced':
    case 'ports-published':
      applyProxyEvent(draft, event);
      return;
    case 'engine-lost':
    case 'engine-back':
      applyEngineEvent(draft, event);
      return;
    case 'image-pull':
      applyImagePull(draft, event);
      return;
    case 'runtime-problem':
      draft.emit({ type: 'Problem', message: event.message, hint: event.hint }, { cause });
      return;
    case 'proxy-health-line':
      applyHealthLine(draft, event);
      return;
  }
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
  notePodTime(draft, podKey(event), event.type === 'pod-started' ? 'startedAtMs' : 'endedAtMs');
  draft.cause = seq;
}
