import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { PodImage, PodProbe } from '../../runtime/runtime.ts';
import { expandVariables } from './pod-environment.ts';

type PodSpec = NonNullable<NonNullable<NonNullable<Deployment['spec']>['template']>['spec']>;
type Container = PodSpec['containers'][number];
type Probe = NonNullable<Container['readinessProbe']>;

/** The image that a container declares, with how it is run (core/v1 `Container`). `env` is the container's own. */
export function podImage(container: Container, env: Readonly<Record<string, string>>): PodImage | undefined {
  const { image, command, args, workingDir, ports = [] } = container;
  if (image === undefined) return undefined;
  const expanded = (words: readonly string[]) => words.map((word) => expandVariables(word, env));
  const named = new Map(ports.flatMap(({ name, containerPort }) => (name ? [[name, containerPort]] : [])));
  const probe = (declared: Probe | undefined) => declared && podProbe(declared, named);
  const [readinessProbe, livenessProbe, startupProbe] = [
    probe(container.readinessProbe),
    probe(container.livenessProbe),
    probe(container.startupProbe),
  ];
  return {
    ...{ reference: image, env },
    ...(command !== undefined && { command: expanded(command) }),
    ...(args !== undefined && { args: expanded(args) }),
    ...(workingDir !== undefined && { workingDir }),
    ...(readinessProbe !== undefined && { readinessProbe }),
    ...(livenessProbe !== undefined && { livenessProbe }),
    ...(startupProbe !== undefined && { startupProbe }),
  };
}

/** With the defaults of core/v1 `Probe`; `undefined` for one that checks nothing, or a port that nobody has. */
function podProbe(probe: Probe, named: ReadonlyMap<string, number>): PodProbe | undefined {
  const check = checkOf(probe, named);
  if (check === undefined) return undefined;
  return {
    check,
    initialDelayMs: (probe.initialDelaySeconds ?? 0) * 1000,
    periodMs: (probe.periodSeconds ?? 10) * 1000,
    timeoutMs: (probe.timeoutSeconds ?? 1) * 1000,
    successThreshold: probe.successThreshold ?? 1,
    failureThreshold: probe.failureThreshold ?? 3,
  };
}

function checkOf(
  { exec, httpGet, tcpSocket, grpc }: Probe,
  named: ReadonlyMap<string, number>,
): PodProbe['check'] | undefined {
  const portOf = (port: number | string) =>
    typeof port === 'number' ? port : (named.get(port) ?? Number(port));
  if (exec?.command !== undefined) return { type: 'exec', command: exec.command };
  if (grpc !== undefined) return { type: 'grpc', port: grpc.port, service: grpc.service ?? '' };
  if (httpGet !== undefined) {
    const port = portOf(httpGet.port);
    if (Number.isNaN(port)) return undefined;
    const { path = '/', scheme = 'HTTP', httpHeaders = [] } = httpGet;
    const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]));
    return { type: 'http', scheme: scheme === 'HTTPS' ? 'HTTPS' : 'HTTP', path, port, headers };
  }
  if (tcpSocket !== undefined) {
    const port = portOf(tcpSocket.port);
    return Number.isNaN(port) ? undefined : { type: 'tcp', port };
  }
  return undefined;
}
