import { checkConfigMap } from './config-map.ts';
import { checkCycloudBackend } from './cycloud-backend.ts';
import { checkDeployment } from './deployment.ts';
import { checkEndpointSlice } from './endpoint-slice.ts';
import { checkHostnames } from './hostnames.ts';
import type { KindCheck } from './kind-check.ts';
import { checkNamespace } from './namespace.ts';
import { checkSecret } from './secret.ts';
import { checkService } from './service.ts';

/** Checks beyond the schema, by kind. Kinds without an entry have none. */
export const kindChecks: Readonly<Record<string, KindCheck>> = {
  ConfigMap: checkConfigMap,
  CycloudBackend: checkCycloudBackend,
  Deployment: checkDeployment,
  EndpointSlice: checkEndpointSlice,
  Gateway: checkHostnames,
  HTTPRoute: checkHostnames,
  Namespace: checkNamespace,
  Secret: checkSecret,
  Service: checkService,
};
