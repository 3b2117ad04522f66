import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isSameProcess, processStartTime } from '../../process/process-identity.ts';

/** Labels of everything that is made in an engine: they say what it is for, and whose it is. */
export const labelKeys = {
  instance: 'io.calb-sim.instance',
  /** Folder that the instance serves. */
  folder: 'io.calb-sim.folder',
  /** Namespace that it belongs to. */
  tenant: 'io.calb-sim.tenant',
  role: 'io.calb-sim.role',
  /** What it is in the words of its manifests: a pod's or Service's name. */
  name: 'io.calb-sim.name',
  ownerPid: 'io.calb-sim.owner-pid',
  /** Boot and moment at which the owner was started: a pid alone may be another program's by now. */
  ownerStart: 'io.calb-sim.owner-start',
  /** Machine and process namespace in which the owner's pid means anything. */
  ownerHost: 'io.calb-sim.owner-host',
  version: 'io.calb-sim.version',
} as const;

/** What a container or network is for. */
export type Role = 'network' | 'guard' | 'sandbox' | 'proxy' | 'pod' | 'service';

/** As the engine gives them. */
export type Labels = Readonly<Record<string, string>>;

export interface OwnerFacts {
  readonly instance: string;
  readonly folder: string;
  readonly version: string;
}

/** Labels that say that something belongs to an instance of this very process. */
export function ownerLabels({ instance, folder, version }: OwnerFacts): Labels {
  return {
    [labelKeys.instance]: instance,
    [labelKeys.folder]: folder,
    [labelKeys.ownerPid]: String(process.pid),
    [labelKeys.ownerStart]: processStartTime(process.pid) ?? '',
    [labelKeys.ownerHost]: ownHost(),
    [labelKeys.version]: version,
  };
}

/** Whether the process that made something is still there; `unknown` when it ran where this process cannot look. */
export function ownerState(labels: Labels): 'alive' | 'dead' | 'unknown' {
  if (labels[labelKeys.ownerHost] !== ownHost()) return 'unknown';
  const pid = Number(labels[labelKeys.ownerPid]);
  const startTime = labels[labelKeys.ownerStart];
  if (!Number.isInteger(pid) || pid <= 0 || startTime === undefined) return 'unknown';
  return isSameProcess(pid, startTime) ? 'alive' : 'dead';
}

/** Whether both are of one instance of one and the same process. */
export function isSameOwner(one: Labels, other: Labels): boolean {
  const { instance, ownerHost, ownerPid, ownerStart } = labelKeys;
  return [instance, ownerHost, ownerPid, ownerStart].every((key) => one[key] === other[key]);
}

let known: string | undefined;

/** A name for the place in which this process's id is one: machine and process namespace. */
function ownHost(): string {
  known ??= createHash('sha256')
    .update(`${read(() => readFileSync('/etc/machine-id', 'utf8'))}\0${hostname()}\0`)
    .update(read(() => readlinkSync('/proc/self/ns/pid')))
    .digest('hex')
    .slice(0, 12);
  return known;
}

function read(source: () => string): string {
  try {
    return source();
  } catch {
    return '';
  }
}
