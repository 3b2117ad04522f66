import { readdirSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { until } from '../client.mjs';
import { withInstance } from '../instance.mjs';
import { hostOf, pathOf, routeFolder } from '../manifests.mjs';
import { median, repeat } from '../statistics.mjs';

/** Objects written one by one through the API, as kubectl does, and lists of many. */
export async function api(report) {
  await quickstart(report);
  await manyRoutes(report);
  await manyWatchers(report);
}

/** From the first request to the first 200 that a client gets; the instance runs on an empty folder. */
async function quickstart(report) {
  const samples = await repeat(3, () =>
    withInstance({}, async (_instance, workspace) => {
      const client = new ApiClient(workspace);
      const began = performance.now();
      await client.create(objectsOf(routeFolder(1)));
      const { address } = await client.address();
      await until({ address, port: 8080, host: hostOf(0), path: pathOf(0) }, ({ status }) => status === 200);
      const took = performance.now() - began;
      client.close();
      return took;
    }),
  );
  report.samples('API: a Gateway, a route and an app to the first 200 (ms)', samples);
  report.figure('API: a Gateway, a route and an app to the first 200', median(samples), 'ms', 300);
}

async function manyRoutes(report) {
  await withInstance({}, async (_instance, workspace) => {
    const client = new ApiClient(workspace);
    const objects = objectsOf(routeFolder(5_000));
    const routes = objects.filter(({ kind }) => kind === 'HTTPRoute');
    await client.create(objects.filter(({ kind }) => kind !== 'HTTPRoute'));
    const began = performance.now();
    await client.create(routes.slice(0, 1_000), false);
    report.figure('API: 1,000 HTTPRoutes made one by one', performance.now() - began, 'ms', 20_000);
    await client.create(routes.slice(1_000), false);
    await client.get('/apis/gateway.networking.k8s.io/v1/httproutes');
    const samples = await repeat(5, async () => {
      const start = performance.now();
      await client.get('/apis/gateway.networking.k8s.io/v1/httproutes');
      return performance.now() - start;
    });
    report.samples('API: LIST of 5,000 HTTPRoutes (ms)', samples);
    report.figure('API: LIST of 5,000 HTTPRoutes', median(samples), 'ms', 100);
    client.close();
  });
}

/** From a write to the event that the last of fifty watchers gets. */
async function manyWatchers(report) {
  await withInstance({}, async (_instance, workspace) => {
    const client = new ApiClient(workspace);
    const path = '/api/v1/namespaces/default/configmaps';
    const watchers = await Promise.all(Array.from({ length: 50 }, () => client.watch(path)));
    const samples = await repeat(20, async (sample) => {
      const name = `seen-${sample}`;
      const start = performance.now();
      const seen = watchers.map((watcher) => watcher.until(`"name":"${name}"`));
      await client.send('POST', path, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
      await Promise.all(seen);
      return performance.now() - start;
    });
    for (const watcher of watchers) watcher.close();
    client.close();
    report.samples('API: a write until 50 watchers have seen it (ms)', samples);
    report.figure('API: a write until 50 watchers have seen it', median(samples), 'ms', 50);
  });
}

function objectsOf(files) {
  return Object.values(files).flatMap((text) => parseAllDocuments(text).map((document) => document.toJS()));
}

/** Talks to the instance's API over its socket, one request after the other. */
class ApiClient {
  constructor(workspace) {
    const run = join(workspace.root, 'run');
    const [name] = readdirSync(run, { recursive: true }).filter((path) => path.endsWith('api.sock'));
    this.socketPath = join(run, name);
    this.agent = new Agent({ keepAlive: true, maxSockets: 1 });
  }

  /** Makes objects in their order, in a Namespace of their own. */
  async create(objects, withNamespace = true) {
    if (withNamespace) await this.send('POST', '/api/v1/namespaces', { metadata: { name: 'bench' } });
    for (const object of objects) {
      const prefix = object.apiVersion.includes('/')
        ? `/apis/${object.apiVersion}`
        : `/api/${object.apiVersion}`;
      await this.send('POST', `${prefix}/namespaces/bench/${object.kind.toLowerCase()}s`, object);
    }
  }

  /** Where the Gateway can be reached, once its status says so. */
  async address() {
    for (;;) {
      const text = await this.get('/apis/gateway.networking.k8s.io/v1/namespaces/bench/gateways/web');
      const [address] = JSON.parse(text).status?.addresses ?? [];
      if (address !== undefined) return { address: address.value };
    }
  }

  get(path) {
    return this.send('GET', path);
  }

  /** Follows a collection: `until` waits for a text that has not come yet. */
  watch(path) {
    const { socketPath } = this;
    return new Promise((resolve, reject) => {
      const outgoing = request({ socketPath, path: `${path}?watch=true` }, (incoming) => {
        let text = '';
        let notify = () => {};
        incoming.on('data', (chunk) => {
          text += chunk;
          notify();
        });
        incoming.on('error', () => {});
        const until = (wanted) =>
          new Promise((seen) => {
            notify = () => {
              if (text.includes(wanted)) seen();
            };
            notify();
          });
        resolve({ until, close: () => incoming.destroy() });
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  send(method, path, body) {
    const { socketPath, agent } = this;
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const outgoing = request({ socketPath, agent, method, path, headers }, (incoming) => {
        const chunks = [];
        incoming.on('data', (chunk) => chunks.push(chunk));
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (incoming.statusCode < 300) resolve(text);
          else reject(new Error(`${method} ${path}: ${incoming.statusCode} ${text.slice(0, 500)}`));
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  close() {
    this.agent.destroy();
  }
}
