import type { ApiAccess } from '../../src/api/api-state.ts';

/** An entry of a kubeconfig's lists (`clientcmd/api/v1`). */
export interface KubeconfigEntry {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** A kubeconfig with one cluster, one user and one context, all of one name. */
export interface Kubeconfig {
  readonly apiVersion: 'v1';
  readonly kind: 'Config';
  readonly clusters: readonly [KubeconfigEntry];
  readonly users: readonly [KubeconfigEntry];
  readonly contexts: readonly [KubeconfigEntry];
  readonly 'current-context': string;
}

/** What kubectl needs to talk to an instance. Holds the token. */
export function makeKubeconfig(name: string, { server, caCertificate, token }: ApiAccess): Kubeconfig {
  const authority = Buffer.from(`${caCertificate.trimEnd()}\n`).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
}
