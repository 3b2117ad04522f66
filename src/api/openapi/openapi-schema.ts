import type { SchemaData } from '../../resources/schema/schema.ts';

/** A schema of OpenAPI 3.0, with Kubernetes' extensions. */
export type OpenApiSchema = Readonly<Record<string, unknown>>;

/** Names that differ in the schema data; see its README. */
const extensions = {
  listType: 'x-kubernetes-list-type',
  listMapKeys: 'x-kubernetes-list-map-keys',
  intOrString: 'x-kubernetes-int-or-string',
  preserveUnknownFields: 'x-kubernetes-preserve-unknown-fields',
  embeddedResource: 'x-kubernetes-embedded-resource',
  rules: 'x-kubernetes-validations',
} as const;

/** Keywords that are the same in both. */
const keywords = [
  ...['type', 'format', 'enum', 'default', 'nullable', 'minimum', 'maximum', 'multipleOf', 'minLength'],
  ...['exclusiveMinimum', 'exclusiveMaximum', 'maxLength', 'pattern', 'minItems', 'maxItems', 'uniqueItems'],
  ...['minProperties', 'maxProperties', 'required'],
] as const satisfies readonly (keyof SchemaData)[];

/** What surrounds a schema that is converted. */
export interface SchemaContext {
  /** Name of the component that a definition of the kind's data becomes. */
  readonly refName: (definition: string) => string;
  /** What the kind's source says of the field at a path (see the schema data's README), if anything. */
  readonly prose: (path: string) => string | undefined;
}

/**
 * A schema of a kind as OpenAPI has it. What it says of a field stands in its description, below the prose: that is what
 * `kubectl explain` shows.
 *
 * @param path where the node stands: `''` for the root, `$NAME` for a definition
 */
export function openApiSchema(data: SchemaData, context: SchemaContext, path: string): OpenApiSchema {
  const description = [context.prose(path), describeLimits(data)].filter(Boolean).join('\n\n');
  const described = description === '' ? {} : { description };
  if (data.$ref !== undefined) {
    const ref = { $ref: `#/components/schemas/${context.refName(data.$ref)}` };
    if (data.default === undefined && description === '') return ref;
    return { ...described, allOf: [ref], ...(data.default === undefined ? {} : { default: data.default }) };
  }
  const schema: Record<string, unknown> = { ...described };
  for (const keyword of keywords) if (data[keyword] !== undefined) schema[keyword] = data[keyword];
  for (const [name, extension] of Object.entries(extensions)) {
    const value = data[name as keyof typeof extensions];
    if (value !== undefined) schema[extension] = value;
  }
  const convert = (child: SchemaData, at: string): OpenApiSchema => openApiSchema(child, context, at);
  if (data.properties !== undefined) {
    schema.properties = Object.fromEntries(
      Object.entries(data.properties).map(([name, child]) => [
        name,
        convert(child, path === '' ? name : `${path}.${name}`),
      ]),
    );
  }
  if (data.items !== undefined) schema.items = convert(data.items, `${path}[]`);
  if (data.additionalProperties !== undefined)
    schema.additionalProperties = convert(data.additionalProperties, `${path}.*`);
  return schema;
}

/** What a field may hold, in words. Enums are listed by `kubectl explain` itself. */
function describeLimits(data: SchemaData): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, rules = [] } = data;
  const parts = [
    range('Number', minimum, maximum, ''),
    range('Text', minLength, maxLength, ' characters'),
    range('List', minItems, maxItems, ' items'),
    pattern === undefined ? '' : `Matches ${pattern}.`,
    data.default === undefined ? '' : `Default: ${JSON.stringify(data.default)}.`,
    ...rules.flatMap(({ message }) =>
      message === undefined ? [] : [`Rule: ${message.trim().replace(/\.$/, '')}.`],
    ),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function range(what: string, min: number | undefined, max: number | undefined, unit: string): string {
  if (min === undefined && max === undefined) return '';
  if (max === undefined) return `${what}: at least ${min}${unit}.`;
  return min === undefined ? `${what}: at most ${max}${unit}.` : `${what}: ${min} to ${max}${unit}.`;
}
