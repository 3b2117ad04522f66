/** Panes, in the order of their numbers. */
export const paneIds = ['routes', 'endpoints', 'timeline', 'requests', 'commands'] as const;

export type PaneId = (typeof paneIds)[number];

/** Panes that share one place where there is little room. */
export const lowerPanes: readonly PaneId[] = ['timeline', 'requests', 'commands'];

/** What lies over the panes. */
export type Overlay =
  | { readonly type: 'help'; readonly scroll: number }
  /** Everything about one thing; `tab` 0: in words, then its YAML, its model, its xDS. */
  | { readonly type: 'details'; readonly subject: Subject; readonly tab: number; readonly scroll: number }
  /** `fromEnd`: lines below the last one that is shown; 0 follows. */
  | { readonly type: 'logs'; readonly subject: LogSubject; readonly fromEnd: number };

/** What details are about. */
export type Subject =
  /** `Kind/namespace/name` or `Kind/name`. */
  | { readonly type: 'object'; readonly ref: string; readonly route?: string }
  | { readonly type: 'endpoint'; readonly cluster: string; readonly declared: string }
  | { readonly type: 'entry'; readonly seq: number }
  | { readonly type: 'request'; readonly seq: number };

/** Whose lines are shown. */
export type LogSubject =
  | { readonly type: 'access' }
  | { readonly type: 'proxy' }
  | { readonly type: 'pod'; readonly namespace: string; readonly name: string };

/** A line that is being typed. */
export interface Prompt {
  readonly type: 'filter' | 'command';
  readonly text: string;
}

/** Something to be said yes or no to. */
export interface Question {
  readonly words: string;
  readonly yes: AppEffect;
}

/** A command that a key stood for, and what came of it. */
export interface CommandEntry {
  readonly timeMs: number;
  /** As it would be typed: `calb-sim scale deployment/active -n team-b --replicas 0`. */
  readonly words: string;
  /** Absent: under way. */
  readonly outcome?: string;
  readonly isFailed?: true;
}

/** What the screen is about, apart from the instance itself. */
export interface AppState {
  /** The tenant that is shown; `undefined`: the first one. */
  readonly tenant: string | undefined;
  readonly focus: PaneId;
  /** Which of the lower panes is shown where there is room for one. */
  readonly lower: PaneId;
  /** Key of the selected row; `undefined`: the first, or the latest of the timeline. */
  readonly selected: Readonly<Partial<Record<PaneId, string>>>;
  readonly filters: Readonly<Partial<Record<PaneId | 'logs', string>>>;
  readonly faultsOnly: boolean;
  readonly isPaused: boolean;
  readonly overlay: Overlay | undefined;
  readonly prompt: Prompt | undefined;
  readonly question: Question | undefined;
  readonly commands: readonly CommandEntry[];
  /** Said until the next key. */
  readonly notice: string | undefined;
  /** Set once it was asked to end. */
  readonly isStopping: boolean;
}

/** What a key or a command wants done outside of the screen. */
export type AppEffect =
  | { readonly type: 'stop' }
  | { readonly type: 'suspend' }
  | { readonly type: 'redraw' }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'scale'; readonly namespace: string; readonly name: string; readonly replicas: number }
  | { readonly type: 'scale-by'; readonly deployment: string; readonly step: 1 | -1 }
  | { readonly type: 'kill-pod'; readonly namespace: string; readonly name: string }
  | { readonly type: 'restart-proxy'; readonly tenant: string }
  | { readonly type: 'reread' }
  /** Starts it, or ends the one that runs. */
  | { readonly type: 'traffic'; readonly wish: TrafficWish | undefined };

/** Steady traffic. */
export interface TrafficWish {
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
  /** Where it goes; `undefined`: as the routes say. */
  readonly url?: string;
  readonly host?: string;
  readonly method?: string;
}

/** The screen as it begins. */
export const initialAppState: AppState = {
  tenant: undefined,
  focus: 'routes',
  lower: 'timeline',
  selected: {},
  filters: {},
  faultsOnly: false,
  isPaused: false,
  overlay: undefined,
  prompt: undefined,
  question: undefined,
  commands: [],
  notice: undefined,
  isStopping: false,
};
