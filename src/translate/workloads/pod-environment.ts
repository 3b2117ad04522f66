import type { ConfigMap } from '../../gen/kinds/config-map.ts';
import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { Secret } from '../../gen/kinds/secret.ts';
import type { Path, Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import type { DesiredPod } from '../../runtime/runtime.ts';

type PodSpec = NonNullable<NonNullable<NonNullable<Deployment['spec']>['template']>['spec']>;
type Container = PodSpec['containers'][number];
type Volume = NonNullable<PodSpec['volumes']>[number];

/** What a pod is, as far as its Downward API shows it. */
export interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
}

/** A Secret or ConfigMap that a template needs and that does not exist. `path` starts at the pod's spec. */
export interface MissingObject {
  readonly kind: 'Secret' | 'ConfigMap';
  readonly name: string;
  readonly path: Path;
}

/** Stands in a variable's value for the pod's own address, which only the runtime knows. */
export const podIpPlaceholder = '$(status.podIP)';

/** Variables of a container: `envFrom`, then `env` with field, Secret and ConfigMap references and `$(NAME)`. */
export function environmentOf(
  container: Container,
  pod: PodIdentity,
  resources: Resources,
): Readonly<Record<string, string>> {
  const env: Record<string, string> = {};
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const data = {
      ...(configMapRef?.name === undefined
        ? {}
        : dataOf(resources, pod.namespace, 'ConfigMap', configMapRef.name)),
      ...(secretRef?.name === undefined ? {} : dataOf(resources, pod.namespace, 'Secret', secretRef.name)),
    };
    for (const [key, value] of Object.entries(data)) env[prefix + key] = value;
  }
  for (const variable of container.env ?? []) {
    const value =
      variable.value === undefined
        ? referenced(variable, pod, resources)
        : expandVariables(variable.value, env);
    if (value !== undefined) env[variable.name] = value;
  }
  return env;
}

/**
 * Files of a container's Secret and ConfigMap volumes by path: texts, and in base64 what is no text. Those of objects that
 * do not exist are left out.
 */
export function filesOf(
  container: Container,
  volumes: readonly Volume[],
  namespace: string,
  resources: Resources,
): Pick<DesiredPod, 'files' | 'binaryFiles'> {
  const files: Record<string, string> = {};
  const binaryFiles: Record<string, string> = {};
  const add = (path: string, content: Buffer): void => {
    const text = content.toString('utf8');
    if (Buffer.from(text, 'utf8').equals(content)) files[path] = text;
    else binaryFiles[path] = content.toString('base64');
  };
  for (const mount of container.volumeMounts ?? []) {
    const volume = volumes.find(({ name }) => name === mount.name);
    if (volume === undefined) continue;
    for (const [path, content] of Object.entries(volumeFiles(volume, namespace, resources))) {
      if (mount.subPath === undefined || mount.subPath === '') add(`${mount.mountPath}/${path}`, content);
      else if (mount.subPath === path) add(mount.mountPath, content);
    }
  }
  return Object.keys(binaryFiles).length === 0 ? { files } : { files, binaryFiles };
}

/** Secrets and ConfigMaps that a template needs (not those marked optional) and that do not exist. */
export function missingObjects(
  spec: PodSpec,
  namespace: string,
  resources: Resources,
): readonly MissingObject[] {
  return objectReferences(spec).filter(
    ({ kind, name }) => resources.get(kind, namespace, name) === undefined,
  );
}

type EnvVariable = NonNullable<Container['env']>[number];

function referenced({ valueFrom }: EnvVariable, pod: PodIdentity, resources: Resources): string | undefined {
  const { fieldRef, configMapKeyRef, secretKeyRef } = valueFrom ?? {};
  if (fieldRef !== undefined) return field(fieldRef.fieldPath, pod);
  if (configMapKeyRef?.name !== undefined) {
    return dataOf(resources, pod.namespace, 'ConfigMap', configMapKeyRef.name)[configMapKeyRef.key];
  }
  if (secretKeyRef?.name !== undefined) {
    return dataOf(resources, pod.namespace, 'Secret', secretKeyRef.name)[secretKeyRef.key];
  }
  return undefined;
}

function field(path: string, pod: PodIdentity): string | undefined {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed !== null) return pod[keyed[1] as 'labels' | 'annotations'][keyed[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name':
      return pod.name;
    case 'metadata.namespace':
      return pod.namespace;
    case 'spec.serviceAccountName':
      return pod.serviceAccount;
    case 'spec.nodeName':
      return 'calb-sim';
    case 'status.podIP':
    case 'status.podIPs':
    case 'status.hostIP':
      return podIpPlaceholder;
    default:
      return undefined;
  }
}

/** `$(NAME)` of variables before this one; `$$` is a dollar; unknown names stay as they are. */
export function expandVariables(value: string, env: Readonly<Record<string, string>>): string {
  return value.replaceAll(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) =>
    name === undefined ? '$' : (env[name] ?? whole),
  );
}

interface VolumeSource {
  readonly kind: 'Secret' | 'ConfigMap';
  readonly name: string | undefined;
  readonly items: readonly { readonly key: string; readonly path: string }[] | undefined;
}

function volumeFiles(
  volume: Volume,
  namespace: string,
  resources: Resources,
): Readonly<Record<string, Buffer>> {
  const { secret, configMap, projected } = volume;
  const sources: VolumeSource[] = [
    { kind: 'Secret', name: secret?.secretName, items: secret?.items },
    { kind: 'ConfigMap', name: configMap?.name, items: configMap?.items },
    ...(projected?.sources ?? []).flatMap((source): VolumeSource[] => [
      { kind: 'Secret', name: source.secret?.name, items: source.secret?.items },
      { kind: 'ConfigMap', name: source.configMap?.name, items: source.configMap?.items },
    ]),
  ];
  return Object.assign(
    {},
    ...sources.map(({ kind, name, items }) =>
      name === undefined ? {} : pick(contentOf(resources, namespace, kind, name), items),
    ),
  );
}

function pick(
  data: Readonly<Record<string, Buffer>>,
  items: VolumeSource['items'],
): Readonly<Record<string, Buffer>> {
  if (items === undefined) return data;
  return Object.fromEntries(
    items.flatMap(({ key, path }) => (data[key] === undefined ? [] : [[path, data[key]]])),
  );
}

/** Contents as text; empty when the object does not exist. */
function dataOf(
  resources: Resources,
  namespace: string,
  kind: 'Secret' | 'ConfigMap',
  name: string,
): Readonly<Record<string, string>> {
  const contents = Object.entries(contentOf(resources, namespace, kind, name));
  return Object.fromEntries(contents.map(([key, content]) => [key, content.toString('utf8')]));
}

function contentOf(
  resources: Resources,
  namespace: string,
  kind: 'Secret' | 'ConfigMap',
  name: string,
): Readonly<Record<string, Buffer>> {
  if (kind === 'ConfigMap') {
    const configMap: Resource<ConfigMap> | undefined = resources.get('ConfigMap', namespace, name);
    return { ...decode(configMap?.object.binaryData, 'base64'), ...decode(configMap?.object.data, 'utf8') };
  }
  const secret: Resource<Secret> | undefined = resources.get('Secret', namespace, name);
  return { ...decode(secret?.object.data, 'base64'), ...decode(secret?.object.stringData, 'utf8') };
}

function decode(
  data: Readonly<Record<string, string>> | undefined,
  encoding: 'base64' | 'utf8',
): Readonly<Record<string, Buffer>> {
  const entries = Object.entries(data ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, encoding)]));
}

function objectReferences(spec: PodSpec): readonly MissingObject[] {
  const found: MissingObject[] = [];
  const add = (
    kind: MissingObject['kind'],
    ref: { readonly name?: string; readonly optional?: boolean } | undefined,
    path: Path,
  ) => {
    if (ref?.name !== undefined && ref.name !== '' && ref.optional !== true) {
      found.push({ kind, name: ref.name, path });
    }
  };
  spec.volumes?.forEach((volume, v) => {
    const { secret, configMap } = volume;
    add(
      'Secret',
      secret && { ...secret, ...(secret.secretName === undefined ? {} : { name: secret.secretName }) },
      ['volumes', v, 'secret', 'secretName'],
    );
    add('ConfigMap', configMap, ['volumes', v, 'configMap', 'name']);
  });
  spec.containers.forEach((container, c) => {
    container.env?.forEach(({ valueFrom }, e) => {
      const path = ['containers', c, 'env', e, 'valueFrom'];
      add('Secret', valueFrom?.secretKeyRef, [...path, 'secretKeyRef', 'name']);
      add('ConfigMap', valueFrom?.configMapKeyRef, [...path, 'configMapKeyRef', 'name']);
    });
    container.envFrom?.forEach((source, e) => {
      add('Secret', source.secretRef, ['containers', c, 'envFrom', e, 'secretRef', 'name']);
      add('ConfigMap', source.configMapRef, ['containers', c, 'envFrom', e, 'configMapRef', 'name']);
    });
  });
  return found;
}
