import { setTimeout as sleep } from 'node:timers/promises';
import type { TenantConfiguration } from '../../src/api/tenant-configuration.ts';
import { applyViewUpdate, type ViewUpdate } from '../../src/api/view-changes.ts';
import type { LogLine, LogOwner } from '../../src/model/logs.ts';
import { kinds } from '../../src/resources/kinds.ts';
import type { KubeObject } from '../../src/resources/resource.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import type { DeclaredText } from '../../src/session/objects/declared-text.ts';
import type { InstanceView } from '../../src/session/view/instance-view.ts';
import { ApiFailure, type InstanceClient } from '../client.ts';
import { apiPath } from '../get/query.ts';
import type { InstanceSource, Intent } from '../tui/instance-source.ts';
import { intentRequest } from './intent-request.ts';

/** How long an instance may be silent until it counts as gone, and pauses between tries, milliseconds. */
const patienceMs = 3000;
const pauseMs = 200;

/** How an instance ended that was watched. */
export interface InstanceEnd {
  /** In words, for people. */
  readonly reason: string;
  /** Whether it was stopped in order. */
  readonly isOrderly: boolean;
}

export interface RemoteOptions {
  readonly instance: string;
  readonly isReadOnly: boolean;
}

/** An instance of another process: its view and events are streamed, and asked for again when a stream breaks off. */
export class RemoteSource implements InstanceSource {
  readonly isReadOnly: boolean;
  readonly #client: InstanceClient;
  readonly #instance: string;
  readonly #closing = new AbortController();
  readonly #onEnd = new Set<(reason: string) => void>();
  #view: InstanceView | undefined;
  #end: InstanceEnd | undefined;
  #isBroken = false;

  private constructor(client: InstanceClient, { instance, isReadOnly }: RemoteOptions) {
    this.#client = client;
    this.#instance = instance;
    this.isReadOnly = isReadOnly;
  }

  /** Resolves when the first view is there. @throws {CliError} exit 4 when the instance does not answer */
  static async open(client: InstanceClient, options: RemoteOptions): Promise<RemoteSource> {
    const source = new RemoteSource(client, options);
    source.#view = await client.call<InstanceView>('/calb/v1/view');
    void source.#followView();
    return source;
  }

  view(): InstanceView | undefined {
    return this.#view;
  }

  /** Set once it has ended. */
  get end(): InstanceEnd | undefined {
    return this.#end;
  }

  /** Reads nothing any more. */
  close(): void {
    this.#closing.abort();
  }

  subscribe(listener: (events: readonly SessionEvent[]) => void): () => void {
    const reading = new AbortController();
    let last = 0;
    void this.#follow<SessionEvent>(
      () => `/calb/v1/events?since=${last}&follow=true`,
      (events) => {
        last = events.at(-1)?.seq ?? last;
        listener(events);
      },
      reading.signal,
    );
    return () => reading.abort();
  }

  onEnd(listener: (reason: string) => void): () => void {
    if (this.#end !== undefined) listener(this.#end.reason);
    this.#onEnd.add(listener);
    return () => this.#onEnd.delete(listener);
  }

  async act(intent: Intent): Promise<void> {
    if (this.isReadOnly) throw new Error('this screen only watches: calb-sim attach --write may do this');
    const { path, ...request } = intentRequest(intent);
    await this.#client.call(path, request);
  }

  async object(ref: string): Promise<KubeObject | undefined> {
    const [kindName, ...name] = ref.split('/');
    const kind = kinds.find((one) => one.kind === kindName);
    const [first = '', second] = name;
    if (kind === undefined) return undefined;
    return this.#find<KubeObject>(
      second === undefined ? apiPath(kind, undefined, first) : apiPath(kind, first, second),
    );
  }

  source(ref: string): Promise<DeclaredText | undefined> {
    return this.#find(`/calb/v1/source?ref=${encodeURIComponent(ref)}`);
  }

  configuration(tenant: string): Promise<TenantConfiguration | undefined> {
    return this.#find(`/calb/v1/configuration/${encodeURIComponent(tenant)}`);
  }

  followLogs(owner: LogOwner, listener: (lines: readonly LogLine[]) => void): () => void {
    const reading = new AbortController();
    const name = owner.type === 'pod' ? `${owner.namespace}/${owner.name}` : owner.tenant;
    let path = `/calb/v1/logs?owner=${encodeURIComponent(`${owner.type}/${name}`)}&follow=true`;
    const onLines = (lines: readonly LogLine[]) => {
      listener(lines);
      // What was read is not read again.
      path = `${path.replace(/&tail=0$/, '')}&tail=0`;
    };
    void this.#follow<LogLine>(() => path, onLines, reading.signal);
    return () => reading.abort();
  }

  async #find<T>(path: string): Promise<T | undefined> {
    try {
      return await this.#client.call<T>(path);
    } catch (error) {
      if (error instanceof ApiFailure && error.reason === 'NotFound') return undefined;
      throw error;
    }
  }

  #followView(): Promise<void> {
    const take = (updates: readonly ViewUpdate[]) => {
      for (const update of updates) {
        // Another one of the same name has other events, from the first one on.
        if (update.view.startedAtMs !== this.#view?.startedAtMs) this.#tellEnd();
        else this.#view = applyViewUpdate(this.#view, update) ?? this.#view;
      }
    };
    return this.#follow<ViewUpdate>(() => '/calb/v1/view?follow=true', take, this.#closing.signal);
  }

  /** Reads a stream, and opens it again where it broke off, until the reader or the instance has enough. */
  async #follow<T>(
    path: () => string,
    onLines: (lines: readonly T[]) => void,
    reading: AbortSignal,
  ): Promise<void> {
    const signal = AbortSignal.any([reading, this.#closing.signal]);
    const onBroken = () => {
      this.#isBroken = true;
    };
    while (!signal.aborted && this.#end === undefined) {
      try {
        for await (const lines of this.#client.lines<T>(path(), { signal, onBroken })) onLines(lines);
      } catch {
        // Nobody answers: whether that stays so is found out.
      }
      if (signal.aborted || !(await this.#isGone(signal))) continue;
      if (!signal.aborted) this.#tellEnd();
    }
  }

  /** Whether nobody answers any more. */
  async #isGone(signal: AbortSignal): Promise<boolean> {
    // An instance that stops in order closes its door at once.
    const untilMs = Date.now() + (this.#isBroken ? patienceMs : pauseMs);
    while (!signal.aborted) {
      try {
        await this.#client.call('/version');
        this.#isBroken = false;
        await sleep(pauseMs);
        return false;
      } catch {
        if (Date.now() >= untilMs) return true;
        await sleep(pauseMs);
      }
    }
    return false;
  }

  #tellEnd(): void {
    if (this.#end !== undefined) return;
    this.#closing.abort();
    const isOrderly = !this.#isBroken;
    const how = isOrderly ? 'was stopped' : 'has ended without stopping in order';
    this.#end = { isOrderly, reason: `the instance ${this.#instance} ${how}` };
    for (const listener of this.#onEnd) listener(this.#end.reason);
  }
}
