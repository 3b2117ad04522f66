import { nodePath, podProgramPath } from '../images/image-paths.ts';

/** What a container of the Node image does. */
export type PodRole =
  | { readonly type: 'guard' }
  | { readonly type: 'sandbox' }
  | { readonly type: 'service' }
  | { readonly type: 'app'; readonly app: 'echo' | 'httpbin' };

/** The command of a container, as `POST /containers/create` takes it. */
export interface ContainerCommand {
  readonly Entrypoint: string[];
  readonly Cmd: string[];
}

/** Those that only wait need neither a compiler nor threads for it. */
const waiting = ['--jitless', '--max-old-space-size=16', '--v8-pool-size=1'];

/** By role. */
const nodeOptions: Readonly<Record<PodRole['type'], readonly string[]>> = {
  guard: waiting,
  sandbox: waiting,
  service: ['--max-old-space-size=32', '--v8-pool-size=1'],
  app: [],
};

/** How a container of the Node image is told what to do. */
export function podCommand(role: PodRole): ContainerCommand {
  const argument = role.type === 'app' ? [role.app] : [];
  return {
    Entrypoint: [nodePath, ...nodeOptions[role.type], podProgramPath],
    Cmd: [role.type, ...argument],
  };
}
