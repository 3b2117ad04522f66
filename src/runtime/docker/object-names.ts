import { createHash, randomBytes } from 'node:crypto';

/** Longest name of a container that is a host name as well. */
const longest = 63;

/** Names in the engine: readable in `docker ps`, and unique to an instance. */
export class ObjectNames {
  readonly #instance: string;

  constructor(instance: string) {
    this.#instance = instance;
  }

  /** `calb-sim-demo-team-a`. */
  network(namespace: string): string {
    return shortened(`calb-sim-${this.#instance}-${namespace}`);
  }

  /** `calb-sim-demo-team-a-envoy`. */
  container(namespace: string, what: string): string {
    return shortened(`calb-sim-${this.#instance}-${namespace}-${what}`);
  }
}

/** What tells a name from the same one of another instance: four hexadecimal digits. */
export function suffix(): string {
  return randomBytes(2).toString('hex');
}

function shortened(name: string): string {
  if (name.length <= longest) return name;
  return `${name.slice(0, longest - 9)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}
