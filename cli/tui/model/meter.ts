import type { SessionEvent } from '../../../src/session/events.ts';
import { Ring } from './ring.ts';
import { Series } from './series.ts';

/** A request as its event tells of it. */
export type RequestEvent = Extract<SessionEvent, { readonly type: 'Request' }>;

/** Routes, endpoints and tenants that are measured at a time; whoever was silent longest gives way. */
const maxSeries = 3000;

/** Requests that can be looked at. */
const keptRequests = 500;

/** More than so many lights a second cannot be told apart. */
const lightsPerSecond = 20;

/** Lights that are kept. */
const keptLights = 200;

/** A request as a light: what came of it. */
export interface Light {
  readonly seq: number;
  readonly tenant: string;
  readonly status: number;
}

/** What the requests of the last seconds say about routes, endpoints and tenants. In a fixed amount of memory. */
export class Meter {
  readonly #series = new Map<string, Series>();
  readonly #requests = new Ring<RequestEvent>(keptRequests);
  readonly #lights = new Ring<Light>(keptLights);
  #lightSecond = 0;
  #lightsInSecond = 0;
  /** Whether not every request of the last second has a light. */
  areLightsSampled = false;
  /** Requests since the beginning. */
  total = 0;

  /** Takes a request in. */
  add(event: RequestEvent): void {
    const timeMs = Date.parse(event.time);
    const { status, durationMs, sampled = 1 } = event;
    const measured = { status, durationMs, weight: sampled };
    const tenant = event.tenant ?? '';
    for (const key of keysOf(event)) this.#of(key).add(timeMs, measured);
    this.total += sampled;
    this.#requests.push(event);
    this.#light(timeMs, { seq: event.seq, tenant, status }, sampled);
  }

  tenant(name: string): Series | undefined {
    return this.#series.get(`t ${name}`);
  }

  route(tenant: string, name: string): Series | undefined {
    return this.#series.get(`r ${tenant} ${name}`);
  }

  /** @param endpoint as declared, `host:port` */
  endpoint(tenant: string, cluster: string, endpoint: string): Series | undefined {
    return this.#series.get(`e ${tenant} ${cluster} ${endpoint}`);
  }

  cluster(tenant: string, name: string): Series | undefined {
    return this.#series.get(`c ${tenant} ${name}`);
  }

  /** The latest requests of a tenant, oldest first. */
  requests(tenant: string | undefined): readonly RequestEvent[] {
    return this.#requests.items.filter((event) => tenant === undefined || event.tenant === tenant);
  }

  /** The latest lights of a tenant, oldest first. */
  lights(tenant: string | undefined, count: number): readonly Light[] {
    return this.#lights.items
      .filter((light) => tenant === undefined || light.tenant === tenant)
      .slice(-count);
  }

  /** One that stands still, for a view that is paused. */
  clone(): Meter {
    const copy = new Meter();
    for (const [key, series] of this.#series) copy.#series.set(key, series.clone());
    for (const request of this.#requests.items) copy.#requests.push(request);
    for (const light of this.#lights.items) copy.#lights.push(light);
    copy.areLightsSampled = this.areLightsSampled;
    copy.total = this.total;
    return copy;
  }

  #of(key: string): Series {
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= maxSeries) this.#forgetSilent();
    const made = new Series();
    this.#series.set(key, made);
    return made;
  }

  /** Forgets the quarter that was silent longest: rarely, so that it costs little. */
  #forgetSilent(): void {
    const silent = [...this.#series].sort(([, a], [, b]) => a.lastMs - b.lastMs).slice(0, maxSeries / 4);
    for (const [key] of silent) this.#series.delete(key);
  }

  #light(timeMs: number, light: Light, sampled: number): void {
    const second = Math.floor(timeMs / 1000);
    if (second !== this.#lightSecond) {
      this.#lightSecond = second;
      this.areLightsSampled = this.#lightsInSecond > lightsPerSecond;
      this.#lightsInSecond = 0;
    }
    this.#lightsInSecond += 1;
    if (sampled > 1 || this.#lightsInSecond > lightsPerSecond) this.areLightsSampled = true;
    if (this.#lightsInSecond <= lightsPerSecond) this.#lights.push(light);
  }
}

function keysOf({ tenant = '', route, cluster, endpoint }: RequestEvent): readonly string[] {
  return [
    `t ${tenant}`,
    ...(route === '' ? [] : [`r ${tenant} ${route}`]),
    ...(cluster === '' ? [] : [`c ${tenant} ${cluster}`]),
    ...(endpoint === '' ? [] : [`e ${tenant} ${cluster} ${endpoint}`]),
  ];
}
