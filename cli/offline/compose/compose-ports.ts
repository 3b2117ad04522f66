import type { Binding } from '../../../src/runtime/runtime.ts';

/** The variable that moves all published ports to another address. */
export const addressVariable = 'CALB_SIM_ADDRESS';

/** The variable that moves one published port. */
export function portVariable(port: number): string {
  return `CALB_SIM_PORT_${port}`;
}

/** `ports` of an Envoy: on this machine's own address, unless variables say otherwise. */
export function publishedPorts(bindings: readonly Binding[]): readonly string[] {
  return bindings.flatMap(({ bind, published = [] }) =>
    published.map(({ address, port }) => {
      const inside = bind[0]?.port ?? port;
      return `\${${addressVariable}:-${address}}:\${${portVariable(port)}:-${port}}:${inside}`;
    }),
  );
}
