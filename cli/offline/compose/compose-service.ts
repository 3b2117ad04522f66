/** Tags that `calb-sim export images` gives to the images which the file names. */
export const composeImages = { envoy: 'calb-sim/envoy:compose', node: 'calb-sim/node:compose' } as const;

/** A service of `docker-compose.yaml`, as far as it is looked at here. */
export interface ComposeService {
  readonly image: string;
  readonly networks: Readonly<Record<string, object>>;
  readonly [field: string]: unknown;
}

/** Everything is taken away that none of the programs needs. */
export const hardened = {
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  pids_limit: 256,
} as const;
