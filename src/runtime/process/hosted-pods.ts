import type { LogBook } from '../log-book.ts';
import { movedPort } from '../ports/moved-port.ts';
import type { HostedPod } from './host-protocol.ts';

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

/** What became of a pod that was started. */
export interface StartedPod {
  readonly ready: boolean;
  readonly movedPorts: Readonly<Record<number, number>>;
}

/** The variables that tell an app its own ports, with the port where they are absent. */
const portVariables: Readonly<Record<HostedPod['app'], Readonly<Record<string, number>>>> = {
  echo: { HTTP_PORT: 3000, H2C_PORT: 3001, HTTPS_PORT: 8443, TCP_PORT: 3000, TLS_PORT: 8443 },
  httpbin: { PORT: 8080 },
};

/** The pods of one host process. */
export class HostedPods {
  readonly #apps: Readonly<Record<HostedPod['app'], StartApp>>;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #running = new Map<string, RunningApp>();
  readonly #log: LogBook;

  constructor(apps: Readonly<Record<HostedPod['app'], StartApp>>, log: LogBook) {
    this.#apps = apps;
    this.#log = log;
  }

  /** Answers whether the app serves, and declared port → real port where they differ. */
  start(key: string, pod: HostedPod): Promise<StartedPod> {
    if (!pod.isShared) return this.#start(key, pod);
    // One after the other: two that look for free ports at once would find the same.
    const started = this.#turn.then(() => this.#start(key, pod));
    this.#turn = started.catch(() => undefined);
    return started;
  }

  async #start(key: string, pod: HostedPod): Promise<StartedPod> {
    await this.stop(key);
    const { env, movedPorts } = await placePorts(pod);
    this.#log.begin(key);
    const app = await this.#apps[pod.app]({
      address: pod.address,
      env,
      ports: pod.ports.map((port) => movedPorts[port] ?? port),
      files: { ...pod.files },
      // Kept here: sending a line for each request would cost more than the request.
      log: (line) => this.#log.add(key, line),
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

/** Where the ports of a pod really are, and the environment that tells it so. */
async function placePorts({ address, isShared, app, env, ports }: HostedPod) {
  const own = isShared ? Object.entries(portVariables[app]) : [];
  const placed = { ...env };
  const movedPorts: Record<number, number> = {};
  const place = async (port: number) => {
    const real = movedPorts[port] ?? (await movedPort({ address, port }, isShared));
    if (real !== port) movedPorts[port] = real;
    return real;
  };
  for (const port of ports) await place(port);
  for (const [variable, otherwise] of own)
    placed[variable] = String(await place(Number(env[variable] || otherwise)));
  return { env: placed, movedPorts };
}
