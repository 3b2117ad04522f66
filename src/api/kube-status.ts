import type { Kind } from '../resources/kinds.ts';
import type { Reply } from './route.ts';

/** Reasons of `meta/v1 Status` that this API gives, with their HTTP codes. */
const codes = {
  BadRequest: 400,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  UnsupportedMediaType: 415,
  Invalid: 422,
  InternalError: 500,
} as const;

export type FailureReason = keyof typeof codes;

/** What a failure concerns. */
export interface FailureDetails {
  readonly name?: string;
  readonly group?: string;
  /** The resource's plural name, as Kubernetes has it here. */
  readonly kind?: string;
}

/** A failure as Kubernetes reports it: an object of kind `Status` (meta/v1). */
export function failure(reason: FailureReason, message: string, details?: FailureDetails): Reply {
  const code = codes[reason];
  return {
    status: code,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code,
    },
  };
}

/** `gateways.gateway.networking.k8s.io "web" not found`. */
export function notFound({ plural, group }: Kind, name: string): Reply {
  const resource = group === '' ? plural : `${plural}.${group}`;
  return failure('NotFound', `${resource} "${name}" not found`, {
    name,
    ...(group === '' ? {} : { group }),
    kind: plural,
  });
}

/** What Kubernetes answers where no resource is served. */
export function noSuchResource(): Reply {
  return failure('NotFound', 'the server could not find the requested resource', {});
}
