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

/**
 * A schema of a kind as OpenAPI has it. What it says of a field stands in its description, too: that is what
 * `kubectl explain` shows.
 *
 * @param refName name of the component that a definition of the kind's data becomes
 */
export function openApiSchema(data: SchemaData, refName: (definition: string) => string): OpenApiSchema {
  const convert = (child: SchemaData): OpenApiSchema => openApiSchema(child, refName);
  if (data.$ref !== undefined) {
    const ref = { $ref: `#/components/schemas/${refName(data.$ref)}` };
    return data.default === undefined ? ref : { allOf: [ref], default: data.default };
  }
  const schema: Record<string, unknown> = {};
  const description = describeLimits(data);
  if (description !== '') schema.description = description;
  for (const keyword of keywords) if (data[keyword] !== undefined) schema[keyword] = data[keyword];
  for (const [name, extension] of Object.entries(extensions)) {
    const value = data[name as keyof typeof extensions];
    if (value !== undefined) schema[extension] = value;
  }
  if (data.properties !== undefined) schema.properties = mapped(data.properties, convert);
  if (data.items !== undefined) schema.items = convert(data.items);
  if (data.additionalProperties !== undefined)
    schema.additionalProperties = convert(data.additionalProperties);
  return schema;
}

function mapped(
  properties: Readonly<Record<string, SchemaData>>,
  convert: (schema: SchemaData) => OpenApiSchema,
): OpenApiSchema {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, convert(schema)]));
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
