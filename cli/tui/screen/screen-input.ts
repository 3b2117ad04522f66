import type { InstanceView } from '../../../src/session/view/instance-view.ts';
import type { AppState } from '../app-state.ts';
import type { Lists } from '../model/lists.ts';
import type { Meter } from '../model/meter.ts';
import type { Size } from './box.ts';
import type { Theme } from './theme.ts';

/** Everything that a frame is drawn from. */
export interface ScreenInput {
  /** Of calb-sim. */
  readonly version: string;
  readonly size: Size;
  readonly theme: Theme;
  /** Milliseconds since the epoch; stands still while the view is paused. */
  readonly nowMs: number;
  readonly state: AppState;
  /** `undefined` until there is an instance. */
  readonly view: InstanceView | undefined;
  readonly lists: Lists;
  readonly meter: Meter;
  /** What was said while there was no instance yet: progress of downloads, say. */
  readonly startLines: readonly string[];
  /** What the overlay shows, wrapped for no width yet. */
  readonly overlayLines: readonly OverlayLine[];
  readonly traffic: TrafficFacts | undefined;
  readonly isReadOnly: boolean;
  /** Times of day in this zone. */
  readonly timeZone: 'local' | 'utc';
}

/** A line of an overlay; its style stands for all of it. */
export interface OverlayLine {
  readonly text: string;
  readonly style?: 'plain' | 'title' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';
}

/** Steady traffic that is under way. */
export interface TrafficFacts {
  readonly rate: number;
  readonly sent: number;
  readonly endsAtMs: number;
  readonly url: string;
  readonly host: string;
}

/** `14:03:22`. */
export function clockTime(timeMs: number, zone: 'local' | 'utc'): string {
  const date = new Date(timeMs);
  if (zone === 'utc') return date.toISOString().slice(11, 19);
  const two = (number: number) => String(number).padStart(2, '0');
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}
