import type { KubeObject } from '../resource.ts';
import { ageSince, type Column, joined, nameColumn, wide } from './column.ts';

const text = (name: string, cell: Column['cell']): Column => ({ name, type: 'string', cell });

/** Columns of Events: the name, which tells nothing, comes last and in wide output only. */
export const eventColumns: readonly Column[] = [
  text('Last Seen', lastSeen),
  text('Type', (event) => joined(event, '.type')),
  text('Reason', (event) => joined(event, '.reason')),
  text('Object', involved),
  wide(text('Subobject', (event) => joined(event, '.involvedObject.fieldPath'))),
  wide(text('Source', source)),
  text('Message', (event) => joined(event, '.message').trim()),
  wide(text('First Seen', firstSeen)),
  wide(text('Count', (event) => joined(event, '.series.count') || joined(event, '.count') || '1')),
  wide(nameColumn),
];

function lastSeen(event: KubeObject, nowMs: number): string {
  const { series, lastTimestamp } = Object(event);
  const last = series?.lastObservedTime ?? lastTimestamp;
  return last ? ageSince(last, nowMs) : firstSeen(event, nowMs);
}

function firstSeen(event: KubeObject, nowMs: number): string {
  const { firstTimestamp, eventTime } = Object(event);
  return ageSince(firstTimestamp ?? eventTime, nowMs);
}

function involved(event: KubeObject): string {
  const { kind = '', name } = Object(Object(event).involvedObject);
  const lower = String(kind).toLowerCase();
  return name === undefined || name === '' ? lower : `${lower}/${name}`;
}

function source(event: KubeObject): string {
  const { source, reportingComponent, reportingInstance } = Object(event);
  const component = source?.component || reportingComponent || '';
  const instance = source?.host || reportingInstance || '';
  return instance === '' ? component : `${component}, ${instance}`;
}
