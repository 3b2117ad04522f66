import { type Kind, kinds, lookUpKind } from '../../resources/kinds.ts';
import { servedKinds } from '../served-kind.ts';
import { type OpenApiSchema, openApiSchema, type SchemaContext } from './openapi-schema.ts';

const metaPackage = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** What the sources say of the fields of each kind, by kind and path. */
export type Prose = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The OpenAPI 3.0 document of a group version (`group` is `''` for the core group); `undefined` where none is served. */
export function openApiDocument(group: string, version: string, prose: Prose): object | undefined {
  const served = servedKinds(group, version);
  if (served.length === 0) return undefined;
  const schemas: Record<string, OpenApiSchema> = { [`${metaPackage}.ObjectMeta`]: objectMeta };
  const paths: Record<string, object> = {};
  for (const kind of served) {
    addSchemas(schemas, kind, { version, prose });
    addPaths(paths, kind, version);
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'calb-sim' },
    paths,
    components: { schemas },
  };
}

/** Group versions that are served, as their documents are named: `api/v1`, `apis/apps/v1`. */
export function openApiPaths(): readonly {
  readonly name: string;
  readonly group: string;
  readonly version: string;
}[] {
  const found = new Map<string, { name: string; group: string; version: string }>();
  for (const { group, versions } of kinds) {
    for (const version of versions) {
      const name = group === '' ? `api/${version}` : `apis/${group}/${version}`;
      found.set(name, { name, group, version });
    }
  }
  return [...found.values()];
}

/** `io.k8s.networking.gateway.v1.HTTPRoute`. */
function schemaName({ group, kind }: Kind, version: string): string {
  const reversed = group === '' ? 'io.k8s.api.core' : group.split('.').reverse().join('.');
  return `${reversed}.${version}.${kind}`;
}

function addSchemas(
  schemas: Record<string, OpenApiSchema>,
  kind: Kind,
  { version, prose }: { readonly version: string; readonly prose: Prose },
): void {
  const name = schemaName(kind, version);
  const known = lookUpKind(kind.group, kind.kind);
  const words = prose[kind.kind] ?? {};
  const context: SchemaContext = {
    refName: (definition) => `${name}.${definition}`,
    prose: (path) => words[path],
  };
  const own = known.type === 'simulated' ? openApiSchema(known.data.schema, context, '') : anySpec;
  if (known.type === 'simulated') {
    for (const [definition, data] of Object.entries(known.data.defs)) {
      schemas[context.refName(definition)] = openApiSchema(data, context, `$${definition}`);
    }
  }
  schemas[name] = {
    ...own,
    type: 'object',
    properties: {
      apiVersion: { type: 'string', description: 'Version of the schema that the object is written in.' },
      kind: { type: 'string', description: 'What the object is.' },
      metadata: {
        description: 'Name, namespace, labels, annotations, and what the server notes.',
        allOf: [{ $ref: `#/components/schemas/${metaPackage}.ObjectMeta` }],
        default: {},
      },
      ...Object(own.properties),
    },
    'x-kubernetes-group-version-kind': [{ group: kind.group, kind: kind.kind, version }],
  };
}

/** Kinds that calb-sim has no schema of. */
const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const anySpec: OpenApiSchema = {
  properties: {
    spec: { ...anything, description: 'What is wanted.' },
    status: { ...anything, description: 'What was observed.' },
  },
};

const parameters = [
  ['dryRun', 'string', '`All`: nothing is stored.'],
  ['fieldManager', 'string', 'Who writes.'],
  ['fieldValidation', 'string', 'What is done with unknown fields: `Strict`, `Warn` or `Ignore`.'],
].map(([name, type, description]) => ({
  name,
  in: 'query',
  description,
  schema: { type, uniqueItems: true },
}));
const force = {
  ...{ name: 'force', in: 'query', description: 'Takes fields from their managers.' },
  schema: { type: 'boolean', uniqueItems: true },
};

function addPaths(paths: Record<string, object>, kind: Kind, version: string): void {
  const { group, plural, isNamespaced } = kind;
  const prefix = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const collection = isNamespaced ? `${prefix}/namespaces/{namespace}/${plural}` : `${prefix}/${plural}`;
  const gvk = { 'x-kubernetes-group-version-kind': { group, kind: kind.kind, version } };
  const read = (action: string) => ({ ...gvk, 'x-kubernetes-action': action, responses: { 200: ok } });
  const write = (action: string, more: readonly object[] = []) => ({
    ...read(action),
    parameters: [...parameters, ...more],
  });
  paths[collection] = { get: read('list'), post: write('post'), delete: read('deletecollection') };
  paths[`${collection}/{name}`] = {
    get: read('get'),
    put: write('put'),
    patch: write('patch', [force]),
    delete: read('delete'),
  };
  if (isNamespaced) paths[`${prefix}/${plural}`] = { get: read('list') };
}

const ok = { description: 'OK' };

const texts = { type: 'object', additionalProperties: { type: 'string' } };

const objectMeta: OpenApiSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'Unique among the objects of its kind in the namespace.' },
    generateName: { type: 'string', description: 'Beginning of a name that the server completes.' },
    namespace: { type: 'string', description: 'Default: "default".' },
    labels: { ...texts, description: 'What selectors select objects by.' },
    annotations: { ...texts, description: 'What programs note of an object.' },
    finalizers: {
      type: 'array',
      items: { type: 'string' },
      'x-kubernetes-list-type': 'set',
      description: 'Who must let go of the object before it is gone.',
    },
    ownerReferences: {
      type: 'array',
      items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
      description: 'Objects with which it goes.',
    },
    managedFields: {
      type: 'array',
      items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      description: 'Who owns which field.',
    },
    uid: { type: 'string', description: 'Tells it from others that had its name before.' },
    resourceVersion: { type: 'string', description: 'Changes with each change of the object.' },
    generation: { type: 'integer', format: 'int64', description: 'Counts the changes of what is wanted.' },
    creationTimestamp: { type: 'string', format: 'date-time', description: 'When it was made.' },
    deletionTimestamp: { type: 'string', format: 'date-time', description: 'When it goes, once deleted.' },
    deletionGracePeriodSeconds: {
      ...{ type: 'integer', format: 'int64' },
      description: 'How long it has for going, in seconds.',
    },
    selfLink: { type: 'string', description: 'Not set any more.' },
  },
};
