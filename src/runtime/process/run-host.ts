import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LogBook } from '../log-book.ts';
import { FollowedLogs } from './followed-logs.ts';
import type { HostMessage, HostOutcome, HostRequest } from './host-protocol.ts';
import { HostedPods, type StartApp } from './hosted-pods.ts';
import { signalProcess } from './process-identity.ts';
import { registeredProcesses } from './process-register.ts';
import { ServiceForwarder } from './service-forwarder.ts';

/** @param runFolder the instance's folder, removed when the parent dies without doing so. */
export interface HostOptions {
  readonly runFolder: string;
  readonly apps: Readonly<Record<'echo' | 'httpbin', StartApp>>;
}

/**
 * Serves pods and Services for a parent process that speaks {@link HostRequest} over Node's IPC channel. It is also the
 * instance's dead man's switch: when the channel ends without a `close`, the parent was killed, and everything that it
 * started is ended here.
 */
export function runHost({ runFolder, apps }: HostOptions): void {
  const owner = instanceOwner(runFolder);
  const log = new LogBook();
  const logs = new FollowedLogs(log, (key, lines) => send({ type: 'log-lines', key, lines }));
  const pods = new HostedPods(apps, log);
  const services = new Map<string, ServiceForwarder>();
  process.on('disconnect', () => {
    for (const { kind, pid, startTime } of registeredProcesses(runFolder)) {
      if (kind === 'proxy') signalProcess(pid, startTime, 'SIGKILL');
    }
    // Another instance of the same name may have taken the folder over already.
    if (owner !== undefined && instanceOwner(runFolder) === owner) {
      rmSync(runFolder, { recursive: true, force: true });
    }
    process.exit(0);
  });
  process.on('message', (request: HostRequest) => {
    void answer(request, { pods, services, log, logs }).then((outcome) => {
      send({ type: 'reply', id: request.id, ...outcome });
      if (request.type === 'close') process.exit(0);
    });
  });
  // One app's mistake must not take the other pods down.
  process.on('uncaughtException', (error) => send({ type: 'fault', message: error.stack ?? String(error) }));
  send({ type: 'ready' });
}

interface Hosted {
  readonly pods: HostedPods;
  readonly services: Map<string, ServiceForwarder>;
  readonly log: LogBook;
  readonly logs: FollowedLogs;
}

async function answer(request: HostRequest, hosted: Hosted): Promise<HostOutcome> {
  try {
    return { ok: true, ...(await carryOut(request, hosted)) };
  } catch (error) {
    const { code, port, message } = error as NodeJS.ErrnoException & { readonly port?: number };
    return {
      ok: false,
      message: message ?? String(error),
      ...(code === undefined ? {} : { code }),
      ...(port === undefined ? {} : { port }),
    };
  }
}

async function carryOut(request: HostRequest, { pods, services, log, logs }: Hosted) {
  switch (request.type) {
    case 'start-pod':
      return pods.start(request.key, request.pod);
    case 'stop-pod':
      if (request.afterMs > 0) await setTimeout(request.afterMs);
      await pods.stop(request.key);
      return {};
    case 'put-service':
      return { movedPorts: await putService(services, request) };
    case 'remove-service':
      services.get(request.key)?.close();
      services.delete(request.key);
      return {};
    case 'read-log': {
      const lines = log.lines(request.key);
      return lines === undefined ? {} : { lines };
    }
    case 'follow-log':
      logs.follow(request.key, request.isFollowed);
      return {};
    case 'close':
      for (const service of services.values()) service.close();
      await pods.close();
      return {};
  }
}

async function putService(
  services: Map<string, ServiceForwarder>,
  { key, address, isShared, ports }: Extract<HostRequest, { type: 'put-service' }>,
): Promise<Readonly<Record<number, number>>> {
  let service = services.get(key);
  if (service?.address !== address) {
    service?.close();
    service = new ServiceForwarder(address, isShared);
    services.set(key, service);
  }
  return service.put(ports);
}

function send(message: HostMessage): void {
  // The parent may die between the check and the write: `disconnect` follows and deals with it.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** The process that the folder belongs to, of its `instance.json`. */
function instanceOwner(runFolder: string): string | undefined {
  try {
    const { pid, startTime } = JSON.parse(readFileSync(join(runFolder, 'instance.json'), 'utf8'));
    return `${pid} ${startTime}`;
  } catch {
    return undefined;
  }
}
