#!/usr/bin/env node
// How long translation takes when one of 10,000 HTTPRoutes (ten a host) is edited: `node tools/bench/translate.mjs`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const count = 10_000;
const perFile = 100;
const edits = 50;
const now = '2026-01-31T09:00:00Z';

const { emptyStore, loadFile, createTranslator, translateInput } = await load();

const head = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: team }
spec: { gatewayClassName: eg, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: v1
kind: Service
metadata: { name: backend, namespace: team }
spec: { selector: { app: backend }, ports: [{ name: http, port: 3000 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: backend, namespace: team }
spec:
  selector: { matchLabels: { app: backend } }
  template: { metadata: { labels: { app: backend } }, spec: { containers: [{ name: b, image: echo-basic }] } }
`;

function route(index, suffix = '') {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: route-${index}, namespace: team }
spec:
  parentRefs: [{ name: web }]
  hostnames: [host-${Math.floor(index / 10)}.example.com]
  rules: [{ matches: [{ path: { value: /path-${index}${suffix} } }], backendRefs: [{ name: backend, port: 3000 }] }]
`;
}

function file(number, suffix = '') {
  return Array.from({ length: perFile }, (_, index) =>
    route(number * perFile + index, index === 42 ? suffix : ''),
  );
}

let store = emptyStore(now);
function save(path, text) {
  store = store.applyFiles([{ path, loaded: loadFile({ path, text }, store.file(path)) }], now);
}

save('head.yaml', head);
for (let number = 0; number < count / perFile; number++) save(`${number}.yaml`, file(number).join('---\n'));
const translate = createTranslator();
const input = translateInput(store.resources);
const first = time(() => translate(input));
const times = Array.from({ length: edits }, (_, edit) => {
  save('50.yaml', file(50, `-${edit}`).join('---\n'));
  return time(() => translate({ ...input, resources: store.resources }));
}).sort((a, b) => a - b);
console.log(`first translation of ${count} HTTPRoutes: ${first.toFixed(0)} ms`);
console.log(
  `one edited, median of ${edits}: ${times[edits / 2].toFixed(1)} ms, slowest ${times.at(-1).toFixed(1)} ms`,
);

function time(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}

async function load() {
  const folder = mkdtempSync(join(tmpdir(), 'calb-sim-bench-'));
  const outfile = join(folder, 'translate.mjs');
  const contents = `
export { emptyStore } from './src/resources/store.ts';
export { loadFile } from './src/resources/load-file.ts';
export { createTranslator } from './src/translate/build.ts';
export { translateInput } from './test/fixtures/translate-input.ts';`;
  const banner =
    "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: banner },
    logLevel: 'error',
  });
  const module = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true });
  return module;
}
