import type { Cause, DesiredProxy, ObservedProxy } from '../runtime.ts';
import { EnvoyProcess, type EnvoyProcessOptions } from './envoy-process.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { proxyFiles } from './proxy-files.ts';

export interface ProxyFleetOptions extends Omit<EnvoyProcessOptions, 'files'> {
  readonly runFolder: string;
}

/** The Envoys of an instance, one per tenant. */
export class ProxyFleet {
  readonly #options: ProxyFleetOptions;
  readonly #running = new Map<string, EnvoyProcess>();
  /** Being stopped: `close` must end them too when it is in a hurry. */
  readonly #stopping = new Set<EnvoyProcess>();
  readonly #queue = new KeyedQueue<string>();

  constructor(options: ProxyFleetOptions) {
    this.#options = options;
  }

  observe(): readonly ObservedProxy[] {
    return [...this.#running.values()].map((envoy) => envoy.observe());
  }

  /** Also replaces: the former process is gone before the new one starts, for both use the same sockets. */
  start(proxy: DesiredProxy, cause: Cause): Promise<void> {
    const former = this.#running.get(proxy.tenant);
    const files = proxyFiles(this.#options.runFolder, proxy.tenant);
    const envoy = new EnvoyProcess(proxy, cause, { ...this.#options, files });
    this.#running.set(proxy.tenant, envoy);
    this.#options.onChange();
    return this.#queue.run(proxy.tenant, async () => {
      if (former !== undefined) await this.#end(former, { force: false });
      if (this.#running.get(proxy.tenant) === envoy) await envoy.start();
    });
  }

  stop(tenant: string): Promise<void> {
    const envoy = this.#running.get(tenant);
    if (envoy === undefined) return Promise.resolve();
    this.#running.delete(tenant);
    this.#options.onChange();
    return this.#queue.run(tenant, () => this.#end(envoy, { force: false }));
  }

  async close(options: { readonly force: boolean }): Promise<void> {
    const all = [...this.#running.values(), ...this.#stopping];
    this.#running.clear();
    await Promise.all(all.map((envoy) => this.#end(envoy, options)));
  }

  async #end(envoy: EnvoyProcess, options: { readonly force: boolean }): Promise<void> {
    this.#stopping.add(envoy);
    await envoy.stop(options);
    this.#stopping.delete(envoy);
  }
}
