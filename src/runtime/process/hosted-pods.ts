import type { HostedPod } from './host-protocol.ts';
import { movedPort } from './moved-port.ts';

/** What a simulated backend is given. `ports` are served beside the defaults of its kind. */
export interface AppOptions {
  readonly address: string;
  readonly env: Record<string, string>;
  readonly ports: readonly number[];
  readonly files: Record<string, string>;
  log(line: string): void;
}

/** A simulated backend that serves. `close` ends its listeners and connections at once. */
export interface RunningApp {
  readonly ready: boolean;
  close(): Promise<void>;
}

/** Starts a simulated backend; rejects with the system's error when a port cannot be bound. */
export type StartApp = (options: AppOptions) => Promise<RunningApp>;

/** The pods of one host process. */
export class HostedPods {
  readonly #apps: Readonly<Record<HostedPod['app'], StartApp>>;
  readonly #running = new Map<string, RunningApp>();

  constructor(apps: Readonly<Record<HostedPod['app'], StartApp>>) {
    this.#apps = apps;
  }

  /** Answers whether the app serves, and declared port → real port where they differ. */
  async start(key: string, pod: HostedPod) {
    await this.stop(key);
    const movedPorts: Record<number, number> = {};
    for (const port of pod.ports) {
      const real = await movedPort({ address: pod.address, port });
      if (real !== port) movedPorts[port] = real;
    }
    const app = await this.#apps[pod.app]({
      address: pod.address,
      env: { ...pod.env },
      ports: pod.ports.map((port) => movedPorts[port] ?? port),
      files: { ...pod.files },
      // A line for each request costs more than the request; the request events tell the same.
      log: () => {},
    });
    this.#running.set(key, app);
    return { ready: app.ready, movedPorts };
  }

  async stop(key: string): Promise<void> {
    const app = this.#running.get(key);
    if (app === undefined) return;
    this.#running.delete(key);
    await app.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((key) => this.stop(key)));
  }
}
