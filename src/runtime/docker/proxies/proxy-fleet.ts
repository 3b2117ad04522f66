import type { Cause, DesiredProxy, ObservedProxy } from '../../runtime.ts';
import { ProxyFolders } from './proxy-folders.ts';
import type { ProxyOptions } from './proxy-options.ts';
import { TenantProxy } from './tenant-proxy.ts';

/** The Envoys of an instance, one per tenant. */
export class ProxyFleet {
  readonly #options: ProxyOptions;
  readonly #tenants = new Map<string, TenantProxy>();
  /** Being stopped: their successors wait for them. */
  readonly #stopping = new Map<string, Promise<void>>();

  constructor(options: ProxyOptions) {
    this.#options = options;
  }

  observe(): readonly ObservedProxy[] {
    return [...this.#tenants.values()].map((tenant) => tenant.observe());
  }

  /** Starts a tenant's Envoy, or brings what runs to what is wanted now. */
  async want(proxy: DesiredProxy, cause: Cause, reason?: string): Promise<void> {
    const known = this.#tenants.get(proxy.tenant);
    if (known !== undefined) return known.want(proxy, cause, reason);
    const tenant = new TenantProxy(proxy, cause, this.#options);
    this.#tenants.set(proxy.tenant, tenant);
    this.#options.onChange();
    await this.#stopping.get(proxy.tenant);
    // Another one may be wanted by now.
    if (this.#tenants.get(proxy.tenant) === tenant) await tenant.converge();
  }

  async stop(name: string): Promise<void> {
    const tenant = this.#tenants.get(name);
    if (tenant === undefined) return;
    this.#tenants.delete(name);
    this.#options.onChange();
    const stopping = tenant.stop({ force: false });
    this.#stopping.set(name, stopping);
    await stopping;
    if (this.#stopping.get(name) === stopping) this.#stopping.delete(name);
  }

  foldersOf(tenant: string): ProxyFolders {
    return this.#tenants.get(tenant)?.folders ?? new ProxyFolders(this.#options.runFolder, tenant);
  }

  async close(options: { readonly force: boolean }): Promise<void> {
    const all = [...this.#tenants.values()];
    this.#tenants.clear();
    await Promise.all([...all.map((tenant) => tenant.stop(options)), ...this.#stopping.values()]);
  }

  /** The engine is gone, and all containers with it. */
  forget(): void {
    for (const tenant of this.#tenants.values()) tenant.forget();
    this.#tenants.clear();
  }
}
