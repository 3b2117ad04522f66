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
} as const;

/** Lets a program without a privilege listen on ports below 1024, where it does: not every engine does so by itself. */
export function lowPorts(ports: readonly number[]): { readonly sysctls?: object } {
  return ports.some((port) => port < 1024) ? { sysctls: { 'net.ipv4.ip_unprivileged_port_start': 0 } } : {};
}
