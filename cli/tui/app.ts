import type { CommandIo } from '../command-io.ts';
import { AppActions } from './app-actions.ts';
import { type AppContext, reduceKey } from './app-reducer.ts';
import { type AppEffect, type AppState, initialAppState, type Overlay } from './app-state.ts';
import { loadRenderer, type Renderer } from './ink/load-renderer.ts';
import type { InstanceSource } from './instance-source.ts';
import { InstanceModel } from './model/instance-model.ts';
import { createLists, type Lists, selectedItem } from './model/lists.ts';
import type { Meter } from './model/meter.ts';
import type { TimelineEntry } from './model/timeline.ts';
import { NoteStream } from './note-stream.ts';
import { OverlayContent } from './overlay-content.ts';
import type { KeyInput } from './parse-keys.ts';
import { type RouteTarget, routeCurl, routeTarget } from './route-target.ts';
import { chooseTheme } from './screen/choose-theme.ts';
import { drawFrame, frameLines } from './screen/frame.ts';
import type { ScreenInput } from './screen/screen-input.ts';
import { Terminal } from './terminal.ts';

/**
 * Least time from a frame to one that something else than a key asks for, and between two that keys ask for, milliseconds:
 * a key is answered at once, and there are never more than ten frames a second.
 */
const frameMs = 200;
const keyFrameMs = 100;

/** Rates fall and countdowns run without any event. */
const tickMs = 500;

export interface AppOptions {
  readonly io: CommandIo;
  readonly stdin: NodeJS.ReadStream;
  readonly version: string;
  /** Somebody wants to leave; called again when they insist. */
  readonly onStop: (wish: { readonly isForced: boolean }) => void;
}

/** What stands still while the view is paused. */
interface Still {
  readonly nowMs: number;
  readonly view: ScreenInput['view'];
  readonly meter: Meter;
  readonly entries: readonly TimelineEntry[];
}

/** The terminal app: reads an instance's state and event stream, draws them, and sends what people want done. */
export class App {
  readonly #options: AppOptions;
  readonly #terminal: Terminal;
  /** `undefined` until it is loaded, which takes longer than to say what is being done. */
  #renderer: Renderer | undefined;
  readonly #model = new InstanceModel();
  readonly #lists = createLists();
  readonly #notes: NoteStream;
  readonly #actions: AppActions;
  readonly #overlay: OverlayContent;
  readonly #timers: NodeJS.Timeout[] = [];
  #source: InstanceSource | undefined;
  #state: AppState = initialAppState;
  #still: Still | undefined;
  #frameTimer: NodeJS.Timeout | undefined;
  #lastFrameMs = 0;
  #lastKeyFrameMs = 0;
  #hasKey = false;
  #isClosed = false;

  private constructor(options: AppOptions) {
    this.#options = options;
    const { io, stdin } = options;
    this.#terminal = new Terminal({
      ...{ stdin, stdout: io.stdout, fd: 1 },
      onKeys: (keys) => this.#onKeys(keys),
      onRedraw: () => this.#redraw(),
    });
    this.#notes = new NoteStream(() => this.#changed());
    this.#actions = new AppActions({ now: io.now, onChange: (change) => this.#update(change(this.#state)) });
    this.#overlay = new OverlayContent({ onChange: () => this.#changed() });
  }

  /** Takes the terminal and shows the first screen. */
  static open(options: AppOptions): App {
    const app = new App(options);
    app.#terminal.open();
    app.#timers.push(setInterval(() => app.#changed(), tickMs));
    app.#draw();
    return app;
  }

  /** Lets Ink draw from now on. */
  async loadRenderer(): Promise<void> {
    const renderer = await loadRenderer({
      columns: this.#terminal.size.columns,
      onOutput: (text) => this.#terminal.paint(text),
    });
    if (this.#isClosed) {
      renderer.close();
      return;
    }
    this.#renderer = renderer;
    this.#changed();
  }

  /** In the place of standard error while the app owns the terminal. */
  get notes(): NoteStream {
    return this.#notes;
  }

  get model(): InstanceModel {
    return this.#model;
  }

  /** Whether it has shown an instance. */
  get isAttached(): boolean {
    return this.#source !== undefined;
  }

  /** Whether the terminal went away, so that nobody reads what is written. */
  get isGone(): boolean {
    return this.#terminal.isGone;
  }

  /** Shows an instance from now on. */
  attach(source: InstanceSource): void {
    this.#source = source;
    this.#actions.attach(source);
    source.subscribe((events) => {
      this.#model.add(events);
      this.#changed();
    });
    this.#changed();
  }

  /** Says that everything is being stopped. */
  showStopping(): void {
    this.#update({ ...this.#state, isStopping: true });
  }

  /** Gives the terminal back. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#frameTimer);
    for (const timer of this.#timers) clearInterval(timer);
    this.#actions.close();
    this.#overlay.close();
    this.#terminal.close();
    this.#renderer?.close();
  }

  #onKeys(keys: readonly KeyInput[]): void {
    this.#hasKey = true;
    for (const key of keys) {
      const wasStopping = this.#state.isStopping;
      const { state, effects } = reduceKey(this.#state, key, this.#context());
      this.#update(state);
      for (const effect of effects) this.#run(effect, wasStopping);
    }
  }

  #context(): AppContext {
    const lists = this.#currentLists();
    const target = this.#target(lists);
    return {
      lists,
      pageRows: Math.max(4, Math.floor(this.#terminal.size.rows / 3)),
      isReadOnly: this.#source?.isReadOnly ?? false,
      curl: target === undefined ? undefined : routeCurl(target),
    };
  }

  #run(effect: AppEffect, wasStopping: boolean): void {
    switch (effect.type) {
      case 'stop':
        this.#options.onStop({ isForced: wasStopping });
        return;
      case 'suspend':
        this.#terminal.suspend();
        return;
      case 'redraw':
        this.#redraw();
        return;
      case 'copy':
        this.#terminal.copy(effect.text);
        return;
      default: {
        const lists = this.#currentLists();
        this.#actions.run(effect, { tenant: lists.tenant, target: this.#target(lists) });
      }
    }
  }

  #update(state: AppState): void {
    if (state === this.#state) return;
    const before = this.#state;
    this.#state = state;
    if (state.isPaused !== before.isPaused) this.#still = state.isPaused ? this.#hold() : undefined;
    if (state.overlay !== before.overlay) this.#showOverlay(state.overlay);
    this.#changed();
  }

  /** Where requests to the selected route go. */
  #target({ tenant, routes }: Lists): RouteTarget | undefined {
    return routeTarget(tenant, selectedItem(routes, this.#state.selected.routes)?.value);
  }

  #hold(): Still {
    const now = this.#current();
    return { ...now, meter: now.meter.clone() };
  }

  #showOverlay(overlay: Overlay | undefined): void {
    const lists = this.#currentLists();
    this.#overlay.show(overlay, {
      source: this.#source,
      tenant: lists.tenant,
      model: this.#model,
      now: this.#options.io.now,
    });
  }

  #current(): Still {
    if (this.#still !== undefined) return this.#still;
    const { meter, timeline } = this.#model;
    return { nowMs: this.#options.io.now(), view: this.#source?.view(), meter, entries: timeline.entries };
  }

  #currentLists(): Lists {
    return this.#lists(this.#current(), this.#state);
  }

  /** Something changed: draws soon, but never more often than frames are allowed. */
  #changed(): void {
    if (this.#isClosed) return;
    if (this.#frameTimer !== undefined && !this.#hasKey) return;
    clearTimeout(this.#frameTimer);
    const dueMs = this.#hasKey ? this.#lastKeyFrameMs + keyFrameMs : this.#lastFrameMs + frameMs;
    const draw = (): void => {
      this.#frameTimer = undefined;
      if (this.#hasKey) this.#lastKeyFrameMs = performance.now();
      this.#hasKey = false;
      this.#draw();
    };
    this.#frameTimer = setTimeout(draw, Math.max(0, dueMs - performance.now()));
  }

  #redraw(): void {
    this.#renderer?.resize(this.#terminal.size.columns);
    this.#terminal.forget();
    this.#draw();
  }

  #draw(): void {
    if (this.#isClosed) return;
    this.#lastFrameMs = performance.now();
    const { nowMs, view, meter, entries } = this.#current();
    const { io, version } = this.#options;
    const lists = this.#lists({ view, meter, entries }, this.#state);
    const filter = this.#state.filters.logs ?? '';
    const input: ScreenInput = {
      ...{ version, nowMs, view, meter, lists, state: this.#state },
      size: this.#terminal.size,
      theme: chooseTheme(io.env),
      startLines: this.#notes.lines,
      overlayLines: this.#overlay.lines(filter),
      traffic: this.#actions.traffic,
      isReadOnly: this.#source?.isReadOnly ?? false,
      timeZone: 'local',
    };
    const frame = drawFrame(input);
    if (this.#renderer === undefined) this.#terminal.paint(frameLines(frame).join('\n'));
    else this.#renderer.draw(frame);
  }
}
