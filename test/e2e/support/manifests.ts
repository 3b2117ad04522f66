import { stringify } from 'yaml';
import { makeCertificates } from '../../fixtures/certificates.ts';

/** A Kubernetes object as data. */
export type Manifest = Readonly<Record<string, unknown>>;

/** Several objects as one YAML file. */
export function toYaml(...objects: readonly Manifest[]): string {
  return objects.map((object) => stringify(object)).join('---\n');
}

interface Named {
  readonly name: string;
  readonly namespace?: string;
}

const metadata = ({ name, namespace = 'default' }: Named) => ({ name, namespace });

/** A Gateway of class `eg`; one HTTP listener unless listeners are given. */
export function gateway(
  options: Named & { readonly port?: number; readonly listeners?: readonly Manifest[] },
): Manifest {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: metadata(options),
    spec: {
      gatewayClassName: 'eg',
      listeners: options.listeners ?? [{ name: 'http', protocol: 'HTTP', port: options.port ?? 8080 }],
    },
  };
}

/** An HTTPRoute of one Gateway. */
export function httpRoute(
  options: Named & {
    readonly parent: string;
    readonly hostnames?: readonly string[];
    readonly rules: readonly Manifest[];
  },
): Manifest {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: metadata(options),
    spec: {
      parentRefs: [{ name: options.parent }],
      ...(options.hostnames === undefined ? {} : { hostnames: options.hostnames }),
      rules: options.rules,
    },
  };
}

/** A rule that sends a path prefix to Services on port 3000, with what else it says. */
export function rule(prefix: string, services: readonly string[], more: Manifest = {}): Manifest {
  return {
    matches: [{ path: { type: 'PathPrefix', value: prefix } }],
    backendRefs: services.map((name) => ({ name, port: 3000 })),
    ...more,
  };
}

/** A Service and its Deployment of the echo app; its pods are named `<name>-…`. */
export function echoService(options: Named & { readonly replicas?: number }): readonly Manifest[] {
  const { name } = options;
  const container = {
    name,
    image: 'registry.k8s.io/gateway-api/echo-basic:v1.5.1',
    ports: [{ containerPort: 3000 }],
    env: [
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    ],
  };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata(options),
      spec: { selector: { app: name }, ports: [{ name: 'http', port: 3000, targetPort: 3000 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata(options),
      spec: {
        replicas: options.replicas ?? 1,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
      },
    },
  ];
}

/** A response header filter, used as a mark that a client can see. */
export function markedWith(value: string): Manifest {
  return { type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: 'x-mark', value }] } };
}

/** A Secret of type kubernetes.io/tls with a new certificate for a host name. */
export async function tlsSecret(name: string, hostname: string): Promise<Manifest> {
  const { certificate, privateKey } = await makeCertificates(hostname);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadata({ name }),
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': certificate, 'tls.key': privateKey },
  };
}
