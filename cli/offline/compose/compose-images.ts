import { publishedEnvoy } from '../../../src/runtime/docker/images/published-images.ts';
import { envoyRelease } from '../../../src/runtime/process/envoy-release.ts';

/** What an exported `docker-compose.yaml` runs. */
export type ComposeProgram = 'envoy' | 'echo' | 'httpbin';

/** Where a program comes from. */
export interface ComposeImage {
  /** The variable that replaces it, for one `docker-compose up` or in `.env`. */
  readonly variable: string;
  /** As its makers publish it. */
  readonly published: string;
  /**
   * The tag of the one that is made here. No registry is asked for a name below `localhost`, and one without
   * `calb-sim/` in front is not removed with old images.
   */
  readonly local: string;
}

/** Images by program. The echo server is the one of the Gateway API's conformance tests. */
export const composeImages: Readonly<Record<ComposeProgram, ComposeImage>> = {
  envoy: {
    variable: 'CALB_SIM_ENVOY_IMAGE',
    published: publishedEnvoy(envoyRelease),
    local: 'localhost/calb-sim-compose/envoy:latest',
  },
  echo: {
    variable: 'CALB_SIM_ECHO_IMAGE',
    published: 'registry.k8s.io/gateway-api/conformance/echo-basic:v0.1.0',
    local: 'localhost/calb-sim-compose/echo:latest',
  },
  httpbin: {
    variable: 'CALB_SIM_HTTPBIN_IMAGE',
    published: 'mccutchen/go-httpbin:v2.15.0',
    local: 'localhost/calb-sim-compose/httpbin:latest',
  },
};

/** A program's image as compose reads it: the published one, unless its variable is set. */
export function imageOf(program: ComposeProgram): string {
  const { variable, published } = composeImages[program];
  return `\${${variable}:-${published}}`;
}
