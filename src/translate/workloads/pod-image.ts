import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { PodImage, PodProbe } from '../../runtime/pod-image.ts';
import { expandVariables } from './pod-environment.ts';
import { podVolumes } from './pod-volumes.ts';

type PodSpec = NonNullable<NonNullable<NonNullable<Deployment['spec']>['template']>['spec']>;
type Container = PodSpec['containers'][number];
type Probe = NonNullable<Container['readinessProbe']>;

/**
 * The image that a container declares, with how it is run (core/v1 `Container`). `env` is the container's own, `spec` its
 * pod's.
 */
export function podImage(
  container: Container,
  env: Readonly<Record<string, string>>,
  spec: Pick<PodSpec, 'securityContext' | 'volumes' | 'restartPolicy'> = {},
): PodImage | undefined {
  const { image, command = [], args = [], workingDir, ports = [] } = container;
  const { stdin = false, stdinOnce = false, tty = false } = container;
  if (image === undefined) return undefined;
  const expanded = (words: readonly string[]) => words.map((word) => expandVariables(word, env));
  const named = new Map(ports.flatMap(({ name, containerPort }) => (name ? [[name, containerPort]] : [])));
  const probe = (declared: Probe | undefined) => declared && podProbe(declared, named);
  const [readinessProbe, livenessProbe, startupProbe] = [
    probe(container.readinessProbe),
    probe(container.livenessProbe),
    probe(container.startupProbe),
  ];
  const user = userOf(container, spec);
  const volumes = podVolumes(container, spec.volumes ?? []);
  return {
    ...{ reference: image, env },
    // An empty list replaces nothing.
    ...(command.length > 0 && { command: expanded(command) }),
    ...(args.length > 0 && { args: expanded(args) }),
    ...(workingDir !== undefined && { workingDir }),
    ...(user !== undefined && { user }),
    ...(container.securityContext?.readOnlyRootFilesystem === true && { readOnlyRoot: true }),
    ...(volumes.length > 0 && { volumes }),
    ...(readinessProbe !== undefined && { readinessProbe }),
    ...(livenessProbe !== undefined && { livenessProbe }),
    ...(startupProbe !== undefined && { startupProbe }),
    ...((stdin || tty) && { console: { stdin, stdinOnce, tty } }),
    ...restartsOf(spec),
  };
}

/** Pods of Deployments have no choice (`Always`). */
function restartsOf({ restartPolicy }: Pick<PodSpec, 'restartPolicy'>): Pick<PodImage, 'restarts'> {
  return restartPolicy === 'Never' || restartPolicy === 'OnFailure' ? { restarts: restartPolicy } : {};
}

/** The container's own settings count before its pod's. */
function userOf(container: Container, spec: Pick<PodSpec, 'securityContext'>): string | undefined {
  const user = container.securityContext?.runAsUser ?? spec.securityContext?.runAsUser;
  const group = container.securityContext?.runAsGroup ?? spec.securityContext?.runAsGroup;
  if (user === undefined) return undefined;
  return group === undefined ? String(user) : `${user}:${group}`;
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
