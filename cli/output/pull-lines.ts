import type { LayerProgress, PullProgress } from '../../src/runtime/docker/images/pull-progress.ts';
import { displayWidth, type Paint } from './colors.ts';
import { formatMs } from './duration.ts';
import { count } from './list-words.ts';
import { formatBytes } from './progress.ts';

/** Where lines are drawn. */
export interface LineRoom {
  readonly columns: number;
  /** Most lines; layers that are done give way. */
  readonly rows: number;
  readonly paint: Paint;
}

/** Cells of a layer's bar. */
const barWidth = 20;

/** What a terminal shows of a pull: a headline, and a line for each layer. */
export function pullLines(progress: PullProgress, { columns, rows, paint }: LineRoom): readonly string[] {
  const headline = `${paint('bold', `Pulling ${progress.reference}`)}  ${pullFigures(progress)}`;
  const lines = shownLayers(progress.layers, rows - 1).map((layer) =>
    typeof layer === 'string' ? `  ${paint('dim', layer)}` : `  ${layerLine(layer, paint)}`,
  );
  return [headline, ...lines].map((line) => cut(line, columns));
}

/** `42 % · 26.1 MB of 62.1 MB · 12.3 MB/s · 3 s left`, as far as it is known. */
export function pullFigures(progress: PullProgress): string {
  const { share, done, total, isTotalExact, bytesPerSecond, secondsLeft, layers } = progress;
  const about = isTotalExact ? '' : 'about ';
  const figures =
    share === undefined || total === undefined
      ? [count(layers.length, 'layer'), formatBytes(done)]
      : [`${about}${Math.floor(share * 100)} %`, `${formatBytes(done)} of ${about}${formatBytes(total)}`];
  if (isTotalExact && share === 1) return [...figures, unpacking(layers)].join(' · ');
  if (bytesPerSecond !== undefined && bytesPerSecond > 0)
    figures.push(`${formatBytes(Math.round(bytesPerSecond))}/s`);
  if (secondsLeft !== undefined) figures.push(`${about}${formatSeconds(secondsLeft)} left`);
  return figures.join(' · ');
}

function unpacking(layers: readonly LayerProgress[]): string {
  const ended = layers.filter(({ phase }) => phase === 'done' || phase === 'present').length;
  return ended === layers.length ? 'unpacked' : `unpacking, ${ended} of ${count(layers.length, 'layer')}`;
}

function formatSeconds(seconds: number): string {
  return seconds < 1 ? 'less than 1 s' : formatMs(Math.round(seconds) * 1000);
}

/** Layers as they are; a text stands for those that there is no room for. */
function shownLayers(layers: readonly LayerProgress[], rows: number): readonly (LayerProgress | string)[] {
  if (layers.length <= rows) return layers;
  const active = layers.filter(({ phase }) => phase === 'downloading' || phase === 'extracting');
  const shown = active.slice(0, Math.max(0, rows - 1));
  return [...shown, `… and ${count(layers.length - shown.length, 'more layer')}`];
}

function layerLine({ id, phase, done, total }: LayerProgress, paint: Paint): string {
  switch (phase) {
    case 'present':
      return `${id} ${paint('green', '✓')} here already`;
    case 'done':
      return `${id} ${paint('green', '✓')} done${total === undefined ? '' : `, ${formatBytes(total)}`}`;
    case 'waiting':
      return `${id} ${paint('dim', 'waiting')}`;
    case 'downloaded':
      return `${id} ${bar(1, paint)} transferred`;
    case 'downloading':
    case 'extracting': {
      const verb = phase === 'downloading' ? 'transferring' : 'unpacking';
      if (total === undefined) return `${id} ${verb} ${formatBytes(done)}`;
      return `${id} ${bar(done / total, paint)} ${verb} ${formatBytes(done)} of ${formatBytes(total)}`;
    }
  }
}

function bar(share: number, paint: Paint): string {
  const full = Math.round(Math.min(1, share) * barWidth);
  return `${paint('cyan', '█'.repeat(full))}${paint('dim', '░'.repeat(barWidth - full))}`;
}

/** A line that wraps would spoil what is drawn over it. Those that are too long lose their colours. */
function cut(line: string, columns: number): string {
  if (displayWidth(line) <= columns) return line;
  const plain = line.replace(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '');
  return `${plain.slice(0, Math.max(0, columns - 1))}…`;
}
