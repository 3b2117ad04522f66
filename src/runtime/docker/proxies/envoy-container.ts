import type { LogBook } from '../../log-book.ts';
import { envoyArguments } from '../../process/envoy-arguments.ts';
import type { DesiredProxy } from '../../runtime.ts';
import type { RuntimeEvent } from '../../runtime-event.ts';
import type { Containers, RunningContainer } from '../containers.ts';
import { containerUsers } from '../images/base-files.ts';
import { envoyPath } from '../images/image-paths.ts';
import type { AccessLogFile } from './access-log-file.ts';
import { insidePaths, type ProxyFolders } from './proxy-folders.ts';

/** How many of Envoy's last log lines are kept for the report of its end. */
const keptLogLines = 20;

/** Enough for tens of thousands of routes. */
const memoryBytes = 2 * 2 ** 30;

/** A running Envoy of a tenant. */
export interface EnvoyContainer {
  readonly container: RunningContainer;
  readonly proxy: DesiredProxy;
  /** Its admin interface, on this machine. */
  readonly adminSocket: string;
  /** The last lines that it wrote to its own log. */
  log(): readonly string[];
  readonly startedAt: number;
  hasEnded(): boolean;
}

export interface EnvoyOptions {
  readonly containers: Containers;
  readonly image: string;
  readonly name: string;
  readonly proxy: DesiredProxy;
  /** Id of the container whose network it joins. */
  readonly sandbox: string;
  /** Id of the container whose end ends it. */
  readonly guard: string;
  readonly folders: ProxyFolders;
  readonly accessLog: AccessLogFile;
  /** Takes what Envoys write, by tenant. */
  readonly log: LogBook;
  onEvent(event: RuntimeEvent): void;
}

/** Starts an Envoy in a sandbox's network. @throws the engine's error */
export async function startEnvoy(options: EnvoyOptions): Promise<EnvoyContainer> {
  const { containers, proxy, folders, accessLog, onEvent } = options;
  const { tenant, bootstrap, concurrency } = proxy;
  const mounted = folders.next();
  const { adminSocket } = folders;
  const log: string[] = [];
  const container = await containers.run({
    role: 'proxy',
    name: options.name,
    namespace: tenant,
    image: options.image,
    entrypoint: [envoyPath],
    command: envoyArguments({ bootstrapFile: insidePaths.bootstrap, concurrency }),
    user: containerUsers.envoy,
    network: { type: 'container', id: options.sandbox },
    pidOf: options.guard,
    folders: mounted,
    // It holds the tenant's token: in a volume of this container, where neither the process list nor the engine shows it.
    files: { [insidePaths.bootstrap]: { text: bootstrap, mode: 0o400 } },
    memoryBytes,
    pids: 64 + concurrency,
  });
  // Of two, one of which takes over, the lines of both are kept.
  if (options.log.lines(tenant) === undefined) options.log.begin(tenant);
  container.onLine((line, stream) => {
    if (stream === 'stderr') {
      options.log.add(tenant, line, 'stderr');
      log.push(line);
      if (log.length > keptLogLines) log.shift();
    } else if (isHealthLine(line)) {
      onEvent({ type: 'proxy-health-line', tenant, line, container: container.id, cause: undefined });
    } else accessLog.append(line);
  });
  let hasEnded = false;
  void container.ended.then(() => {
    hasEnded = true;
  });
  return {
    ...{ container, proxy, adminSocket, startedAt: performance.now() },
    log: () => log,
    hasEnded: () => hasEnded,
  };
}

/**
 * Whether a line is an event of a health checker (`data.core.v3.HealthCheckEvent`) or of the outlier detector
 * (`data.cluster.v3.OutlierDetectionEvent`), as JSON: they share the output with the access log.
 */
function isHealthLine(line: string): boolean {
  return (
    line.startsWith('{') &&
    line.includes('"cluster_name"') &&
    (line.includes('"health_checker_type"') || (line.includes('"upstream_url"') && line.includes('"action"')))
  );
}
