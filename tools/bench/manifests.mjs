/** Manifests that the figures are measured on, as plain text. */

const image = 'registry.k8s.io/gateway-api/echo-basic:v1.5.1';

const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web, namespace: bench}
spec:
  gatewayClassName: eg
  listeners:
    - {name: http, protocol: HTTP, port: 8080}
`;

/** A Service with its Deployment of the echo app. */
function app(name, { namespace = 'bench', replicas = 1 } = {}) {
  return `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {app: ${name}}
  ports:
    - {name: http, port: 3000, targetPort: 3000}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
        - name: ${name}
          image: ${image}
          ports: [{containerPort: 3000}]
          env:
            - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
            - {name: NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
`;
}

const routesPerFile = 100;
const routesPerHost = 10;

export const hostOf = (index) => `host-${Math.floor(index / routesPerHost)}.bench.test`;
export const pathOf = (index) => `/route-${index}`;

/** One HTTPRoute; the mark is a response header that a client can see. */
function route(index, mark) {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: route-${index}, namespace: bench}
spec:
  parentRefs: [{name: web}]
  hostnames: [${hostOf(index)}]
  rules:
    - matches:
        - path: {type: PathPrefix, value: ${pathOf(index)}}
      filters:
        - type: ResponseHeaderModifier
          responseHeaderModifier: {set: [{name: x-mark, value: ${mark}}]}
      backendRefs:
        - {name: app, port: 3000}
`;
}

export const fileOf = (index) => `routes-${Math.floor(index / routesPerFile)}.yaml`;

/** The text of the file that holds route `index`, among `count` routes, with this route's own mark. */
export function routeFile(index, count, mark = 'first') {
  const first = Math.floor(index / routesPerFile) * routesPerFile;
  const last = Math.min(count, first + routesPerFile);
  const routes = [];
  for (let i = first; i < last; i++) routes.push(route(i, i === index ? mark : 'first'));
  return routes.join('---\n');
}

/** All files of a folder with `count` HTTPRoutes: 100 routes a file, 10 routes a host, one Gateway, one backend. */
export function routeFolder(count) {
  const files = { 'base.yaml': `${gateway}---\n${app('app')}` };
  for (let i = 0; i < count; i += routesPerFile) files[fileOf(i)] = routeFile(i, count);
  return files;
}

/** A Gateway with some ports, one route that takes everything, and an app with some pods. */
export function dockerFolder({ ports = [8080], replicas = 1, concurrency = 1 }) {
  const listeners = ports
    .map((port) => `    - {name: http-${port}, protocol: HTTP, port: ${port}}\n`)
    .join('');
  return {
    'gateway.yaml': `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web, namespace: bench}
spec:
  gatewayClassName: eg
  infrastructure:
    parametersRef: {group: gateway.envoyproxy.io, kind: EnvoyProxy, name: proxy}
  listeners:
${listeners}---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata: {name: proxy, namespace: bench}
spec: {concurrency: ${concurrency}}
`,
    'app.yaml': `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: all, namespace: bench}
spec:
  parentRefs: [{name: web}]
  rules:
    - backendRefs: [{name: app, port: 3000}]
---
${app('app', { replicas })}`,
  };
}
