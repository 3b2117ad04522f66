import type { KubeObject } from '../resource.ts';
import { ageColumn, ageSince, type Column, joined, nameColumn, none, textColumn, wide } from './column.ts';
import { valuesAt } from './json-path.ts';

/** Columns of Pods. */
export const podColumns: readonly Column[] = [
  nameColumn,
  { name: 'Ready', type: 'string', cell: readyContainers },
  { name: 'Status', type: 'string', cell: podStatus },
  { name: 'Restarts', type: 'string', cell: restarts },
  ageColumn,
  wide(textColumn('IP', '.status.podIP')),
  wide(textColumn('Node', '.spec.nodeName')),
  wide(textColumn('Nominated Node', '.status.nominatedNodeName')),
  wide({ name: 'Readiness Gates', type: 'string', cell: readinessGates }),
];

function readyContainers(pod: KubeObject): string {
  const ready = valuesAt(pod, '.status.containerStatuses[*].ready').filter((value) => value === true).length;
  return `${ready}/${valuesAt(pod, '.spec.containers[*]').length}`;
}

/** As kubectl: why a container waits or ended says more than the phase. */
function podStatus(pod: KubeObject): string {
  const phase = joined(pod, '.status.phase') || 'Unknown';
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  if (pod.metadata.deletionTimestamp !== undefined && !isOver) return 'Terminating';
  const states = valuesAt(pod, '.status.containerStatuses[*].state').map(stateReason);
  return states.find((reason) => reason !== undefined) ?? (joined(pod, '.status.reason') || phase);
}

function stateReason(state: unknown): string | undefined {
  const { waiting, terminated } = Object(state);
  if (waiting?.reason !== undefined) return String(waiting.reason);
  if (terminated === undefined) return undefined;
  if (terminated.reason !== undefined) return String(terminated.reason);
  return terminated.signal === undefined ? `ExitCode:${terminated.exitCode}` : `Signal:${terminated.signal}`;
}

function restarts(pod: KubeObject, nowMs: number): string {
  const counts = valuesAt(pod, '.status.containerStatuses[*].restartCount').map(Number);
  const count = counts.reduce((sum, next) => sum + next, 0);
  const ends = valuesAt(pod, '.status.containerStatuses[*].lastState.terminated.finishedAt').map(String);
  const [last] = ends.sort().reverse();
  return count === 0 || last === undefined ? String(count) : `${count} (${ageSince(last, nowMs)} ago)`;
}

function readinessGates(pod: KubeObject): string {
  const gates = valuesAt(pod, '.spec.readinessGates[*].conditionType');
  if (gates.length === 0) return none;
  const conditions = valuesAt(pod, '.status.conditions[*]').map(Object);
  const met = gates.filter((gate) =>
    conditions.some(({ type, status }) => type === gate && status === 'True'),
  );
  return `${met.length}/${gates.length}`;
}
