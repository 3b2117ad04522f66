import type { Paint } from '../output/colors.ts';
import { formatMs } from '../output/duration.ts';
import { count } from '../output/list-words.ts';
import { removedText } from '../output/plain-runtime-line.ts';
import type { Totals } from './model/instance-model.ts';

export interface SummaryFacts {
  readonly totals: Totals;
  readonly ranMs: number;
  /** Whether there was an instance at all. */
  readonly isStarted: boolean;
}

/** What stays in the terminal after the screen is gone. Ends with a newline; empty where nothing ran. */
export function summaryText({ totals, ranMs, isStarted }: SummaryFacts, paint: Paint): string {
  if (!isStarted) return '';
  const { edits, rejections, ejections, requests, removed } = totals;
  const parts = [
    `ran ${formatMs(ranMs)}`,
    count(edits, 'edit'),
    ...(rejections > 0 ? [`${count(rejections, 'rejection')} by Envoy`] : []),
    count(ejections, 'ejection'),
    count(requests, 'request'),
  ];
  const end = removed === undefined ? '' : `\n${removedText(removed)}`;
  return `${paint('bold', 'calb-sim')} ${parts.join(' · ')}${end}\n`;
}
