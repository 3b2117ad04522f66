import { afterEach, beforeEach, expect, test } from 'vitest';
import { InstanceClient } from '../../../../cli/client.ts';
import type { KubeObject } from '../../../../src/resources/resource.ts';
import { type LiveApi, startLiveApi } from '../../../fixtures/live-api.ts';

const path = '/api/v1/namespaces/default/configmaps';

let api: LiveApi;
let client: InstanceClient;
beforeEach(async () => {
  api = await startLiveApi();
  client = new InstanceClient({ name: 'demo', apiSocket: api.socketPath });
});
afterEach(() => api.close());

interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: KubeObject;
}

/** Lists, then watches from there, and reconnects where it was cut: as the informers of client libraries. */
class Informer {
  readonly objects = new Map<string, KubeObject>();
  /** Events that do not fit to what it had. */
  readonly wrong: string[] = [];
  lists = 0;
  connections = 0;
  readonly #cutAfter: number;
  readonly #ending = new AbortController();
  #version = '';

  /** `cutAfter`: how many events a connection lives. */
  constructor(cutAfter: number) {
    this.#cutAfter = cutAfter;
  }

  async run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      if (this.#version === '') await this.#list();
      await this.#watch();
    }
  }

  stop(): void {
    this.#ending.abort();
  }

  async #list(): Promise<void> {
    this.lists++;
    const list = await client.call<{ metadata: { resourceVersion: string }; items: KubeObject[] }>(path);
    this.objects.clear();
    for (const object of list.items) this.objects.set(object.metadata.name, object);
    this.#version = list.metadata.resourceVersion;
  }

  async #watch(): Promise<void> {
    this.connections++;
    const cut = new AbortController();
    const signal = AbortSignal.any([cut.signal, this.#ending.signal]);
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${this.#version}`;
    let left = this.#cutAfter;
    try {
      for await (const events of client.lines<WatchEvent>(`${path}?${query}`, { signal })) {
        // Of what a connection brought, the rest is lost when it is cut.
        for (const event of events.slice(0, left)) this.#take(event);
        left -= events.length;
        if (left <= 0) cut.abort();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #take({ type, object }: WatchEvent): void {
    const { name, resourceVersion } = object.metadata;
    this.#version = resourceVersion;
    if (this.objects.has(name) === (type === 'ADDED')) this.wrong.push(`${type} ${name}`);
    if (type === 'DELETED') this.objects.delete(name);
    else this.objects.set(name, object);
  }
}

/** Creates, changes or deletes one of forty objects. */
async function change(step: number, existing: Set<string>): Promise<void> {
  const name = `c${(step * 7) % 40}`;
  const data = { step: String(step) };
  if (!existing.has(name)) {
    existing.add(name);
    const made = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
    expect((await api.call('POST', path, made)).status).toBe(201);
  } else if (step % 3 === 0) {
    existing.delete(name);
    expect((await api.call('DELETE', `${path}/${name}`)).status).toBe(200);
  } else {
    const answer = await api.call('PATCH', `${path}/${name}`, { data }, 'application/merge-patch+json');
    expect(answer.status).toBe(200);
  }
}

test('informers stay in sync through a thousand changes, also when they are cut off again and again', async () => {
  const informers = [new Informer(Number.POSITIVE_INFINITY), new Informer(37), new Informer(1)];
  const running = informers.map((informer) => informer.run());
  const existing = new Set<string>();
  for (let step = 0; step < 1_000; step++) await change(step, existing);
  const { body } = await api.call('GET', path);
  const wanted = new Map(body.items.map((item: KubeObject) => [item.metadata.name, item]));
  expect([...wanted.keys()].sort()).toEqual([...existing].sort());
  for (const informer of informers) {
    await expect.poll(() => new Map(informer.objects), { timeout: 5_000 }).toEqual(wanted);
    expect(informer.wrong).toEqual([]);
    expect(informer.lists).toBe(1);
    informer.stop();
  }
  await Promise.all(running);
  expect(informers.map(({ connections }) => connections > 1)).toEqual([false, true, true]);
}, 60_000);
