/** Who answers, as the pod's environment says (echo-basic: NAMESPACE, INGRESS_NAME, SERVICE_NAME, POD_NAME). */
export interface Identity {
  readonly namespace: string;
  readonly ingress: string;
  readonly service: string;
  readonly pod: string;
}

/** Reads the identity out of a pod's environment; what is not set is empty. */
export function identityOf(env: Readonly<Record<string, string>>): Identity {
  return {
    namespace: env.NAMESPACE ?? '',
    ingress: env.INGRESS_NAME ?? '',
    service: env.SERVICE_NAME ?? '',
    pod: env.POD_NAME ?? '',
  };
}
