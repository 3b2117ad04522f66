import { containerUsers } from '../../../src/runtime/docker/images/base-files.ts';
import type { Workload, Workloads } from '../../../src/translate/translation.ts';
import { dnsNames } from '../../../src/translate/workloads/service-name.ts';
import { type AppSettings, appSettings } from './app-settings.ts';
import { composeImages, imageOf } from './compose-images.ts';
import { podName } from './compose-places.ts';
import { type ComposeService, hardened, lowPorts } from './compose-service.ts';

/** A pod as a service of the file, with what it must be given to read. */
export interface ComposePod {
  /** Its name in the file: `team-b-active-1`. */
  readonly key: string;
  readonly namespace: string;
  readonly service: ComposeService;
  /** Texts by path, relative to the folder of the file. */
  readonly files: ReadonlyMap<string, string>;
  /** What is not as `calb-sim up` has it. */
  readonly notes: readonly string[];
}

/**
 * All pods, those of an owner numbered: `docker-compose stop team-b-active-1` is something that can be typed.
 *
 * @param asked ports on which each pod is asked, by its address
 */
export function composePods(
  workloads: Workloads,
  asked: ReadonlyMap<string, ReadonlySet<number>>,
): readonly ComposePod[] {
  const counts = new Map<string, number>();
  return workloads.pods.map((workload) => {
    const { pod, owner } = workload;
    const base = `${pod.namespace}-${owner.object.metadata.name}`;
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    const settings = appSettings(pod, asked.get(podName(pod)) ?? new Set());
    return composePod(`${base}-${count}`, { workload, settings, aliases: serviceNames(workload, workloads) });
  });
}

interface PodParts {
  readonly workload: Workload;
  readonly settings: AppSettings;
  /** Names of the Services that select it. */
  readonly aliases: readonly string[];
}

function composePod(key: string, { workload: { pod }, settings, aliases }: PodParts): ComposePod {
  const files = Object.entries(pod.files).map(([path, text]) => {
    const name = `compose/${pod.namespace}/${key}${path}`;
    return { path, name, text };
  });
  const volumes = files.map(({ name, path }) => `./${name}:${path}:ro`);
  const { env, unserved } = settings;
  const service: ComposeService = {
    image: imageOf(pod.app),
    user: `${containerUsers.app}:${containerUsers.app}`,
    // Compose replaces what looks like a variable.
    environment: mapValues(env, (value) => value.replaceAll('$', '$$$$')),
    ...(volumes.length > 0 && { volumes }),
    networks: { [pod.namespace]: { aliases: [podName(pod), ...aliases] } },
    ...lowPorts([...pod.ports, Number(env.HTTP_PORT ?? env.PORT ?? 3000)]),
    ...hardened,
    ...{ mem_limit: '64m', pids_limit: 32 },
  };
  const { published, variable } = composeImages[pod.app];
  return {
    ...{ key, namespace: pod.namespace, service },
    files: new Map(files.map(({ name, text }) => [name, text])),
    notes: unserved.map(
      (port) =>
        `${key} is asked on port ${port}, too, on which ${published} does not listen: calb-sim export images gives an image that does (${variable})`,
    ),
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
