import { containerUsers } from '../../../src/runtime/docker/images/base-files.ts';
import { podCommand } from '../../../src/runtime/docker/pod-program/pod-command.ts';
import type { Workload, Workloads } from '../../../src/translate/translation.ts';
import { dnsNames } from '../../../src/translate/workloads/service-name.ts';
import { podName } from './compose-places.ts';
import { type ComposeService, composeImages, hardened } from './compose-service.ts';

/** A pod as a service of the file, with what it must be given to read. */
export interface ComposePod {
  /** Its name in the file: `team-b-active-1`. */
  readonly key: string;
  readonly namespace: string;
  readonly service: ComposeService;
  /** Texts by path, relative to the folder of the file. */
  readonly files: ReadonlyMap<string, string>;
}

/** All pods, those of an owner numbered: `docker-compose stop team-b-active-1` is something that can be typed. */
export function composePods(workloads: Workloads): readonly ComposePod[] {
  const counts = new Map<string, number>();
  return workloads.pods.map((workload) => {
    const { pod, owner } = workload;
    const base = `${pod.namespace}-${owner.object.metadata.name}`;
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    return composePod(`${base}-${count}`, workload, workloads);
  });
}

function composePod(key: string, workload: Workload, workloads: Workloads): ComposePod {
  const { pod } = workload;
  const { Entrypoint, Cmd } = podCommand({ type: 'app', app: pod.app });
  const files = Object.entries(pod.files).map(([path, text]) => {
    const name = `compose/${pod.namespace}/${key}${path}`;
    return { path, name, text };
  });
  const ports = pod.ports.length === 0 ? {} : { PORTS: pod.ports.join(',') };
  const volumes = files.map(({ name, path }) => `./${name}:${path}:ro`);
  const service: ComposeService = {
    image: composeImages.node,
    entrypoint: Entrypoint,
    command: Cmd,
    user: `${containerUsers.app}:${containerUsers.app}`,
    // Compose replaces what looks like a variable.
    environment: mapValues({ ...pod.env, ...ports }, (value) => value.replaceAll('$', '$$$$')),
    ...(volumes.length > 0 && { volumes }),
    networks: { [pod.namespace]: { aliases: [podName(pod), ...serviceNames(workload, workloads)] } },
    ...hardened,
  };
  return {
    ...{ key, namespace: pod.namespace, service },
    files: new Map(files.map(({ name, text }) => [name, text])),
  };
}

/** Names of the Services that select a pod. */
function serviceNames({ pod, labels }: Workload, { services }: Workloads): readonly string[] {
  return services
    .filter(({ namespace, resource }) => {
      const selector = Object.entries(resource.object.spec?.selector ?? {});
      const fits = selector.every(([label, value]) => labels[label] === value);
      return namespace === pod.namespace && selector.length > 0 && fits;
    })
    .flatMap(dnsNames);
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
