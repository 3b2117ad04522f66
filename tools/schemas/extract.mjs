/**
 * Writes src/resources/schema/data/*.json and src/api/openapi/prose.json from published Go modules (needs `go`, which knows its proxy):
 *
 *   node tools/schemas/extract.mjs
 *
 * The output is committed, so nothing but maintainers' updates needs Go or these modules.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { addLimits } from './builtin-limits.mjs';
import { cycloudBackend } from './cycloud-backend.mjs';
import { format } from './format.mjs';
import { reduce, resolveBuiltin, shareEqualParts, splitProse } from './reduce.mjs';

const gatewayApi = { module: 'sigs.k8s.io/gateway-api', version: 'v1.6.1' };
const envoyGateway = { module: 'github.com/envoyproxy/gateway', version: 'v1.9.0' };
const kubernetes = { module: 'k8s.io/kubernetes', version: 'v1.35.0' };

/** Kinds whose whole schema is kept; of all others only the name. */
const simulated = [
  'GatewayClass',
  'Gateway',
  'HTTPRoute',
  'GRPCRoute',
  'ListenerSet',
  'BackendTLSPolicy',
  'ReferenceGrant',
  'Backend',
  'BackendTrafficPolicy',
  'EnvoyProxy',
];
const builtins = {
  api__v1: ['Namespace', 'Service', 'ServiceAccount', 'Secret', 'ConfigMap'],
  apis__apps__v1: ['Deployment'],
  apis__discovery__k8s__io__v1: ['EndpointSlice'],
};

const shortNames = {
  Namespace: ['ns'],
  Service: ['svc'],
  ServiceAccount: ['sa'],
  ConfigMap: ['cm'],
  Deployment: ['deploy'],
};

/** Built-in kinds that `kubectl get all` lists. */
const inAll = ['Service', 'Deployment'];

const data = join(dirname(fileURLToPath(import.meta.url)), '../../src/resources/schema/data');
mkdirSync(data, { recursive: true });
for (const file of readdirSync(data).filter((f) => f.endsWith('.json'))) rmSync(join(data, file));

/** Of each kind, what its source says of each field. */
const allProse = {};

const known = [
  ...readCrds(gatewayApi, 'config/crd/experimental'),
  ...readCrds(envoyGateway, 'charts/gateway-helm/charts/crds/crds/generated'),
  ...readBuiltins(kubernetes, 'api/openapi-spec/v3'),
];
write('CycloudBackend', cycloudBackend);
known.sort((a, b) => a.group.localeCompare(b.group) || a.kind.localeCompare(b.kind));
writeFileSync(join(data, 'known-kinds.json'), format(known));
writeFileSync(join(data, '../../../api/openapi/prose.json'), format(allProse));

function download({ module, version }) {
  const cwd = tmpdir();
  const out = execFileSync('go', ['mod', 'download', '-json', `${module}@${version}`], {
    cwd,
    encoding: 'utf8',
  });
  return JSON.parse(out).Dir;
}

/** CRDs of a folder: writes the simulated ones, returns name and group of all. */
function readCrds(origin, folder) {
  const dir = join(download(origin), folder);
  const kinds = [];
  for (const file of readdirSync(dir)
    .filter((f) => f.endsWith('.yaml'))
    .sort()) {
    for (const document of parseAllDocuments(readFileSync(join(dir, file), 'utf8'))) {
      const crd = document.toJS();
      if (crd?.kind !== 'CustomResourceDefinition') continue;
      const { group, names, versions } = crd.spec;
      kinds.push({ group, kind: names.kind, versions: versions.filter((v) => v.served).map((v) => v.name) });
      if (simulated.includes(names.kind)) write(names.kind, fromCrd(crd, origin));
    }
  }
  return kinds;
}

function fromCrd(crd, { module, version }) {
  const { group, names, scope, versions } = crd.spec;
  const storage = versions.find((v) => v.storage);
  const annotations = Object.entries(crd.metadata.annotations ?? {}).filter(([k]) =>
    k.startsWith('gateway.networking'),
  );
  const { properties } = storage.schema.openAPIV3Schema;
  const { apiVersion: _a, kind: _k, metadata: _m, ...rest } = properties;
  const root = reduce({ ...storage.schema.openAPIV3Schema, properties: rest });
  return {
    origin: { module, version, license: 'Apache-2.0', annotations: Object.fromEntries(annotations) },
    group,
    versions: [storage, ...versions.filter((v) => v !== storage)].filter((v) => v.served).map((v) => v.name),
    kind: names.kind,
    plural: names.plural,
    singular: names.singular,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    columns: (storage.additionalPrinterColumns ?? []).map(({ name, type, jsonPath, priority }) => ({
      name,
      type,
      jsonPath,
      ...(priority ? { priority } : {}),
    })),
    ...shareEqualParts(root),
  };
}

/** Kinds of Kubernetes' published specification: writes ours, returns name and group of all that have a path. */
function readBuiltins(origin, folder) {
  const dir = join(download(origin), folder);
  const kinds = new Map();
  for (const file of readdirSync(dir)
    .filter((f) => /__v\d+[a-z0-9]*_openapi\.json$/.test(f))
    .sort()) {
    const document = JSON.parse(readFileSync(join(dir, file), 'utf8'));
    for (const [path, item] of Object.entries(document.paths)) {
      const gvk = item.post?.['x-kubernetes-group-version-kind'];
      if (gvk === undefined || /\{name\}\//.test(path)) continue;
      const key = `${gvk.group}/${gvk.kind}`;
      const versions = kinds.get(key)?.versions ?? [];
      kinds.set(key, {
        group: gvk.group,
        kind: gvk.kind,
        versions: [...new Set([...versions, gvk.version])],
      });
    }
    const stem = file.replace('_openapi.json', '').replaceAll('.', '__');
    for (const kind of builtins[stem] ?? []) write(kind, fromBuiltin(kind, document, origin));
  }
  return [...kinds.values()];
}

function fromBuiltin(kind, document, { module, version }) {
  const { schemas } = document.components;
  const [, schema] = Object.entries(schemas).find(([, s]) =>
    s['x-kubernetes-group-version-kind']?.some((gvk) => gvk.kind === kind),
  );
  const [gvk] = schema['x-kubernetes-group-version-kind'];
  const { apiVersion: _a, kind: _k, metadata: _m, status, ...properties } = schema.properties;
  const resolved = resolveBuiltin({ ...schema, properties }, schemas);
  addLimits(kind, resolved);
  // Status of a built-in kind is never declared and never checked.
  if (status) {
    const { description } = status;
    const any = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    resolved.properties.status = { ...any, description };
  }
  const lower = kind.toLowerCase();
  return {
    origin: { module, version, license: 'Apache-2.0' },
    group: gvk.group,
    versions: [gvk.version],
    kind,
    plural: `${lower}s`,
    singular: lower,
    shortNames: shortNames[kind] ?? [],
    categories: inAll.includes(kind) ? ['all'] : [],
    namespaced: kind !== 'Namespace',
    columns: [],
    ...shareEqualParts(reduce(resolved)),
  };
}

function write(kind, { schema, defs, ...names }) {
  const { prose, ...structure } = splitProse({ schema, defs });
  const name = kind
    .replace(/([a-z])([A-Z])|([A-Z])([A-Z][a-z])/g, (_, a, b, c, d) => `${a ?? c}-${b ?? d}`)
    .toLowerCase();
  writeFileSync(join(data, `${name}.json`), format({ ...names, ...structure }));
  allProse[kind] = prose;
}
