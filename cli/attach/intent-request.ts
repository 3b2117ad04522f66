import type { ApiRequest } from '../client.ts';
import type { Intent } from '../tui/instance-source.ts';

/** The call of the instance's API that does what a person wants. */
export function intentRequest(intent: Intent): ApiRequest & { readonly path: string } {
  switch (intent.type) {
    case 'scale': {
      const [namespace, name] = [intent.namespace, intent.name].map(encodeURIComponent);
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${name}/scale`;
      return { method: 'PATCH', path, body: { spec: { replicas: intent.replicas } } };
    }
    case 'kill-pod': {
      const [namespace, name] = [intent.namespace, intent.name].map(encodeURIComponent);
      return { method: 'POST', path: `/calb/v1/pods/${namespace}/${name}/kill` };
    }
    case 'restart-proxy':
      return { method: 'POST', path: `/calb/v1/proxies/${encodeURIComponent(intent.tenant)}/restart` };
    case 'reread':
      return { method: 'POST', path: '/calb/v1/reread' };
  }
}
