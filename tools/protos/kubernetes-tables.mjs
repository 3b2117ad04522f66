/**
 * Writes src/api/protobuf/tables.json, the messages in which clients of Kubernetes send objects, from published Go
 * modules (needs `go`, which knows its proxy):
 *
 *   node tools/protos/kubernetes-tables.mjs
 *
 * The output is committed, so nothing but maintainers' updates needs Go or these modules.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const version = 'v0.36.1';
const api = download(`k8s.io/api@${version}`);
const machinery = download(`k8s.io/apimachinery@${version}`);

/** Packages by the short name that messages get here. */
const packages = {
  core: join(api, 'core/v1'),
  apps: join(api, 'apps/v1'),
  discovery: join(api, 'discovery/v1'),
  autoscaling: join(api, 'autoscaling/v1'),
  authorization: join(api, 'authorization/v1'),
  authentication: join(api, 'authentication/v1'),
  policy: join(api, 'policy/v1'),
  events: join(api, 'events/v1'),
  meta: join(machinery, 'pkg/apis/meta/v1'),
  runtime: join(machinery, 'pkg/runtime'),
  resource: join(machinery, 'pkg/api/resource'),
  intstr: join(machinery, 'pkg/util/intstr'),
};

const roots = [
  ...['ConfigMap', 'Event', 'Namespace', 'Node', 'Pod', 'Secret', 'Service', 'ServiceAccount'].map(
    (k) => `core.${k}`,
  ),
  ...['Deployment', 'ReplicaSet'].map((k) => `apps.${k}`),
  'discovery.EndpointSlice',
  'autoscaling.Scale',
  ...[
    'LocalSubjectAccessReview',
    'SelfSubjectAccessReview',
    'SelfSubjectRulesReview',
    'SubjectAccessReview',
  ].map((k) => `authorization.${k}`),
  ...['SelfSubjectReview', 'TokenRequest', 'TokenReview'].map((k) => `authentication.${k}`),
  'policy.Eviction',
  'events.Event',
  'meta.DeleteOptions',
];

const messages = new Map();
for (const [name, folder] of Object.entries(packages)) {
  const tags = goTags(name, folder);
  for (const [message, fields] of protoMessages(join(folder, 'generated.proto'))) {
    messages.set(`${name}.${message}`, { fields, tags: tags.get(message) ?? new Map() });
  }
}

const tables = {};
const queue = [...roots];
for (const message of queue) {
  if (tables[message] !== undefined) continue;
  const known = messages.get(message);
  if (known === undefined) throw new Error(`there is no message ${message}`);
  tables[message] = {};
  for (const { number, label, type, name } of known.fields) {
    const tag = known.tags.get(name) ?? { json: name, isInline: false, keepsZero: true };
    const marks = `${label}${tag.isInline ? '.' : ''}${tag.keepsZero ? '*' : ''}`;
    const [key, value] = type.startsWith('map<') ? type.slice(4, -1).split(',') : [undefined, type];
    if (key !== undefined && key.trim() !== 'string') throw new Error(`${message}.${name} is a ${type}`);
    const of = qualified(value.trim(), message.split('.')[0]);
    tables[message][number] = [tag.json, `${key === undefined ? '' : '{}'}${marks}`, of];
    if (of.includes('.')) queue.push(of);
  }
}

const out = join(dirname(fileURLToPath(import.meta.url)), '../../src/api/protobuf/tables.json');
const lines = Object.keys(tables)
  .sort()
  .map((name) => ` ${JSON.stringify(name)}: ${JSON.stringify(tables[name])}`);
writeFileSync(out, `{\n${lines.join(',\n')}\n}\n`);

function download(module) {
  const text = execFileSync('go', ['mod', 'download', '-json', module], { cwd: tmpdir(), encoding: 'utf8' });
  return JSON.parse(text).Dir;
}

/** `.k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta` as `meta.ObjectMeta`; scalar types stay. */
function qualified(type, own) {
  if (/^(string|bytes|bool|int32|int64|uint32|uint64|double|float)$/.test(type)) return type;
  const parts = type.replace(/^\./, '').split('.');
  const message = parts.at(-1);
  if (parts.length === 1) return `${own}.${message}`;
  const folder = parts
    .slice(0, -1)
    .filter((part) => !/^v\d/.test(part))
    .at(-1);
  if (packages[folder] === undefined) throw new Error(`${type} is in a package that is not read`);
  return `${folder}.${message}`;
}

function* protoMessages(file) {
  const text = readFileSync(file, 'utf8').replace(/\/\/.*$/gm, '');
  for (const [, name, body] of text.matchAll(/^message (\w+) \{([^}]*)\}/gm)) {
    const fields = [...body.matchAll(/(optional|repeated|map<[^>]*>)\s*([.\w]*)\s+(\w+)\s*=\s*(\d+)/g)].map(
      ([, label, type, field, number]) => ({
        number,
        label: label === 'repeated' ? '[]' : '',
        type: label.startsWith('map<') ? label : type,
        name: field,
      }),
    );
    yield [name, fields];
  }
}

/** What Go's JSON does with each field, by message and field name in protobuf. */
function goTags(name, folder) {
  const tags = new Map();
  const files =
    name === 'runtime'
      ? ['types.go']
      : name === 'resource'
        ? ['quantity.go']
        : name === 'intstr'
          ? ['intstr.go']
          : ['types.go'];
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, struct, body] of text.matchAll(/^type (\w+) struct \{([\s\S]*?)^\}/gm)) {
      const fields = new Map();
      for (const [, goType, json, proto] of body.matchAll(
        /^\s+(?:\w+\s+)?(\S+)\s+`json:"([^"]*)"[^`\n]*protobuf:"([^"]*)"/gm,
      )) {
        const [jsonName, ...options] = json.split(',');
        const isInline = options.includes('inline');
        const given = /name=(\w+)/.exec(proto)?.[1] ?? (jsonName || lowerFirst(goType));
        const keepsZero = goType.startsWith('*') || (!isInline && !options.includes('omitempty'));
        fields.set(given, { json: jsonName || given, isInline, keepsZero });
      }
      tags.set(struct, fields);
    }
  }
  return tags;
}

function lowerFirst(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
