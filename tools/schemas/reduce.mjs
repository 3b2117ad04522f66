/**
 * Reduces OpenAPI v3 schemas (of CRDs, or of Kubernetes' published specification) to the data that checking needs:
 * structure, types, defaults, limits, list semantics and CEL rules; descriptions are kept apart from it.
 */

/** Keywords that are kept under their own name. */
const kept = [
  'description',
  'type',
  'format',
  'enum',
  'default',
  'nullable',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'uniqueItems',
  'required',
];

/** Kubernetes' extensions and the names that they get here. */
const renamed = {
  'x-kubernetes-list-type': 'listType',
  'x-kubernetes-list-map-keys': 'listMapKeys',
  'x-kubernetes-int-or-string': 'intOrString',
  'x-kubernetes-preserve-unknown-fields': 'preserveUnknownFields',
  'x-kubernetes-embedded-resource': 'embeddedResource',
};

const ruleKeys = ['rule', 'message', 'messageExpression', 'reason', 'fieldPath', 'optionalOldSelf'];

/** One schema node of a CRD. */
export function reduce(schema) {
  const out = {};
  for (const key of kept) if (schema[key] !== undefined) out[key] = schema[key];
  for (const [from, to] of Object.entries(renamed)) if (schema[from] !== undefined) out[to] = schema[from];
  if (out.listType === 'atomic') delete out.listType;
  for (const key of ['oneOf', 'anyOf', 'allOf']) if (schema[key]) out[key] = schema[key].map(reduce);
  // `allOf` of equal enums is how controller-gen writes an enum that both a type and its field declare.
  if (out.allOf?.every((part) => part.enum && JSON.stringify(part) === JSON.stringify(out.allOf[0]))) {
    out.enum = out.allOf[0].enum;
    delete out.allOf;
  }
  if (schema.not) out.not = reduce(schema.not);
  if (schema.properties) out.properties = mapValues(schema.properties, reduce);
  if (schema.items) out.items = reduce(schema.items);
  if (typeof schema.additionalProperties === 'object')
    out.additionalProperties = reduce(schema.additionalProperties);
  else if (schema.additionalProperties === true) out.preserveUnknownFields = true;
  const rules = schema['x-kubernetes-validations'];
  if (rules) {
    out.rules = rules.map((rule) =>
      Object.fromEntries(ruleKeys.filter((k) => rule[k] !== undefined).map((k) => [k, rule[k]])),
    );
  }
  return out;
}

/** Resolves `$ref`s of Kubernetes' specification and drops what its generator adds without meaning. */
export function resolveBuiltin(schema, schemas, seen = []) {
  const ref = schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0].$ref : undefined);
  if (ref !== undefined) {
    const name = ref.replace('#/components/schemas/', '');
    const special = specialTypes[name.split('.').slice(-1)[0]];
    const own = schema.description === undefined ? {} : { description: schema.description };
    if (special) return withDefault({ ...special, ...own }, schema.default);
    if (seen.includes(name)) return { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    return withDefault(
      { ...resolveBuiltin(schemas[name], schemas, [...seen, name]), ...own },
      schema.default,
    );
  }
  const out = { ...schema };
  if (isZero(out.default)) delete out.default;
  if (out.properties) out.properties = mapValues(out.properties, (p) => resolveBuiltin(p, schemas, seen));
  if (out.items) out.items = resolveBuiltin(out.items, schemas, seen);
  if (typeof out.additionalProperties === 'object') {
    out.additionalProperties = resolveBuiltin(out.additionalProperties, schemas, seen);
  }
  return out;
}

const specialTypes = {
  IntOrString: { 'x-kubernetes-int-or-string': true },
  Quantity: { 'x-kubernetes-int-or-string': true, format: 'quantity' },
  Time: { type: 'string', format: 'date-time' },
  MicroTime: { type: 'string', format: 'date-time' },
  FieldsV1: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
};

function withDefault(schema, value) {
  return isZero(value) ? schema : { ...schema, default: value };
}

/** Go's zero values stand in the specification as defaults of required fields; they mean nothing. */
function isZero(value) {
  if (value === undefined || value === '' || value === 0 || value === false || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/**
 * Moves object schemas that occur more than once into `defs`, so that the data stays small and equal structures get
 * one type. Returns `{schema, defs}`; a moved node is `{$ref: name}` (beside it only `default`).
 */
export function shareEqualParts(schema) {
  const counts = new Map();
  const count = (node) => {
    if (node.properties || node.rules) {
      const key = identity(node);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (counts.get(key) > 1) return;
    }
    for (const child of children(node)) count(child);
  };
  count(schema);
  const names = new Map();
  const defs = {};
  const rewrite = (node, hint) => {
    if (node.properties || node.rules) {
      const key = identity(node);
      if (counts.get(key) > 1 && key.length > 150) {
        let name = names.get(key);
        if (name === undefined) {
          name = unused(hint, defs);
          names.set(key, name);
          defs[name] = {};
          const { default: _default, description: _description, ...rest } = node;
          defs[name] = rewriteChildren(rest, hint, rewrite);
        }
        return {
          $ref: name,
          ...(node.default === undefined ? {} : { default: node.default }),
          ...(node.description === undefined ? {} : { description: node.description }),
        };
      }
    }
    return rewriteChildren(node, hint, rewrite);
  };
  return { schema: rewrite(schema, 'root'), defs };
}

function identity(node) {
  const { default: _default, ...rest } = node;
  return JSON.stringify(rest, (key, value) =>
    key === 'description' && typeof value === 'string' ? undefined : value,
  );
}

/**
 * Takes the descriptions out of shared parts. Returns them as `prose`: by path of the node (`spec.rules[].name`; `.*` is
 * any field of a mapping), which begins with `$name` in a definition.
 */
export function splitProse({ schema, defs }) {
  const prose = {};
  const split = ({ description, ...node }, path) => {
    if (description !== undefined) prose[path] = description;
    const out = { ...node };
    if (node.properties) {
      out.properties = mapValues(node.properties, (p, key) => split(p, path === '' ? key : `${path}.${key}`));
    }
    if (node.items) {
      // The list says it already.
      const { description: ofItems, ...items } = node.items;
      const words = description === undefined && ofItems !== undefined ? { description: ofItems } : {};
      out.items = split({ ...items, ...words }, `${path}[]`);
    }
    if (node.additionalProperties) out.additionalProperties = split(node.additionalProperties, `${path}.*`);
    return out;
  };
  const root = split(schema, '');
  return { schema: root, defs: mapValues(defs, (node, name) => split(node, `$${name}`)), prose };
}

function children(node) {
  return [
    ...Object.values(node.properties ?? {}),
    ...(node.items ? [node.items] : []),
    ...(node.additionalProperties ? [node.additionalProperties] : []),
  ];
}

function rewriteChildren(node, hint, rewrite) {
  const out = { ...node };
  if (node.properties) out.properties = mapValues(node.properties, (p, key) => rewrite(p, key));
  if (node.items) out.items = rewrite(node.items, hint);
  if (node.additionalProperties) out.additionalProperties = rewrite(node.additionalProperties, hint);
  return out;
}

function unused(hint, defs) {
  let name = hint;
  for (let i = 2; name in defs; i++) name = `${hint}${i}`;
  return name;
}

export function mapValues(record, f) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value, key)]));
}
