import type { Operation } from '../../runtime/runtime.ts';
import type { Draft } from '../draft.ts';
import { podKey } from './pods.ts';
import { causeOf } from './write-cause.ts';

/** An operation with the event that led to it. */
export function withCause(draft: Draft, operation: Operation): Operation {
  return { ...operation, cause: operationCause(draft, operation) };
}

function operationCause(draft: Draft, operation: Operation): number | undefined {
  switch (operation.type) {
    case 'start-pod':
    case 'update-pod':
      return podCause(draft, operation.pod);
    case 'stop-pod':
      return draft.state.leaving.get(podKey(operation))?.cause ?? podCause(draft, operation);
    case 'put-service':
      return serviceCause(draft, operation.service);
    case 'remove-service':
      return serviceCause(draft, operation);
    case 'start-proxy':
    case 'connect-proxy':
    case 'replace-proxy':
      return causeOf(draft, undefined, operation.proxy.tenant);
    case 'stop-proxy':
      return causeOf(draft, undefined, operation.tenant);
    default:
      return operation.cause;
  }
}

interface Named {
  readonly namespace: string;
  readonly name: string;
}

function podCause(draft: Draft, pod: Named): number | undefined {
  return causeOf(draft, draft.state.podFacts.get(podKey(pod))?.owner, pod.namespace);
}

function serviceCause(draft: Draft, { namespace, name }: Named): number | undefined {
  return causeOf(draft, `Service/${namespace}/${name}`, namespace);
}
