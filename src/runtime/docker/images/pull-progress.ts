import type { EngineMessage } from './engine-messages.ts';

/** What becomes of a layer. */
export type LayerPhase = 'waiting' | 'downloading' | 'downloaded' | 'extracting' | 'done' | 'present';

/** A layer of an image that is pulled. Sizes are bytes of its compressed form, as they are transferred. */
export interface LayerProgress {
  /** The engine's short id of it. */
  readonly id: string;
  readonly phase: LayerPhase;
  /** Transferred, or unpacked while it is `extracting`. */
  readonly done: number;
  /** Not known before its transfer has begun. */
  readonly total?: number;
}

/** How far a pull is. */
export interface PullProgress {
  /** As asked for. */
  readonly reference: string;
  /** In the order in which the image names them. */
  readonly layers: readonly LayerProgress[];
  /** Bytes transferred. */
  readonly done: number;
  /** Bytes to transfer. Absent until the sizes of half of the layers are known, an estimate until all are. */
  readonly total?: number;
  readonly isTotalExact: boolean;
  /** Of the transfer, from 0 to 1, where there is a total. */
  readonly share?: number;
  /** Over the last seconds. */
  readonly bytesPerSecond?: number;
  readonly secondsLeft?: number;
  readonly elapsedMs: number;
}

/** Time over which the rate is measured. */
const rateWindowMs = 5000;
/** Shortest time that gives a rate. */
const leastWindowMs = 500;

interface Sample {
  readonly atMs: number;
  readonly done: number;
}

/** What was said so far about a pull. */
export interface PullState {
  readonly progress: PullProgress;
  readonly startedAtMs: number;
  /** Transferred by layer, which `LayerProgress.done` no longer tells when the layer is unpacked. */
  readonly transferred: ReadonlyMap<string, number>;
  /** Of the last seconds, oldest first. */
  readonly samples: readonly Sample[];
}

/** A pull of which nothing was said yet. */
export function startOfPull(reference: string, nowMs: number): PullState {
  return {
    progress: { reference, layers: [], done: 0, isTotalExact: false, elapsedMs: 0 },
    startedAtMs: nowMs,
    transferred: new Map(),
    samples: [{ atMs: nowMs, done: 0 }],
  };
}

/** The state after a message; the same one where the message is about no layer. */
export function advancePull(state: PullState, message: EngineMessage, nowMs: number): PullState {
  const phase = phaseOf(message.status);
  if (phase === undefined || message.id === undefined) return state;
  const { layers: before, reference } = state.progress;
  const known = before.find(({ id }) => id === message.id);
  const layer = nextLayer(message.id, phase, { known, message });
  const layers =
    known === undefined ? [...before, layer] : before.map((old) => (old === known ? layer : old));
  const transferred = new Map(state.transferred).set(layer.id, bytesTransferred(layer, state.transferred));
  const done = sum(transferred.values());
  const { total, isTotalExact } = totalOf(layers);
  const samples = [
    ...state.samples.filter(({ atMs }) => nowMs - atMs <= rateWindowMs),
    { atMs: nowMs, done },
  ];
  const bytesPerSecond = rateOf(samples);
  const hasRate = total !== undefined && bytesPerSecond !== undefined && bytesPerSecond > 0;
  const progress: PullProgress = {
    ...{ reference, layers, done, isTotalExact, elapsedMs: nowMs - state.startedAtMs },
    ...(total !== undefined && { total, share: Math.min(1, done / Math.max(1, total)) }),
    ...(bytesPerSecond !== undefined && { bytesPerSecond }),
    ...(hasRate && { secondsLeft: Math.max(0, total - done) / bytesPerSecond }),
  };
  return { progress, startedAtMs: state.startedAtMs, transferred, samples };
}

/** By the engine's word for it. */
const phases: Readonly<Record<string, LayerPhase>> = {
  'Pulling fs layer': 'waiting',
  Waiting: 'waiting',
  Downloading: 'downloading',
  'Verifying Checksum': 'downloaded',
  'Download complete': 'downloaded',
  Extracting: 'extracting',
  'Pull complete': 'done',
  'Already exists': 'present',
};

function phaseOf(status = ''): LayerPhase | undefined {
  // A transfer that broke off begins again: `Retrying in 5 seconds`.
  return status.startsWith('Retrying in') ? 'waiting' : phases[status];
}

interface LayerNews {
  readonly known: LayerProgress | undefined;
  readonly message: EngineMessage;
}

function nextLayer(id: string, phase: LayerPhase, { known, message }: LayerNews): LayerProgress {
  const { current = 0, total: said } = message.progressDetail ?? {};
  const total = said ?? known?.total;
  const isWhole = phase === 'downloaded' || phase === 'done';
  return {
    ...{ id, phase, done: isWhole ? (total ?? 0) : current },
    ...(total !== undefined && total > 0 && { total }),
  };
}

function bytesTransferred(
  { id, phase, done, total = 0 }: LayerProgress,
  before: ReadonlyMap<string, number>,
) {
  if (phase === 'present' || phase === 'waiting') return 0;
  if (phase === 'downloading') return done;
  return Math.max(total, before.get(id) ?? 0);
}

/** Layers whose size is not known yet are taken to be as large as the others are on average. */
function totalOf(layers: readonly LayerProgress[]): {
  readonly total?: number;
  readonly isTotalExact: boolean;
} {
  const wanted = layers.filter(({ phase }) => phase !== 'present');
  const sizes = wanted.flatMap(({ total }) => (total === undefined ? [] : [total]));
  const unknown = wanted.filter(({ phase, total }) => total === undefined && phase !== 'done').length;
  if (sizes.length === 0 || unknown > sizes.length) return { isTotalExact: false };
  const known = sum(sizes);
  const estimate = Math.round((known / sizes.length) * unknown);
  return { total: known + estimate, isTotalExact: unknown === 0 };
}

function rateOf(samples: readonly Sample[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.atMs - first.atMs < leastWindowMs) return undefined;
  return Math.max(0, ((last.done - first.done) / (last.atMs - first.atMs)) * 1000);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
