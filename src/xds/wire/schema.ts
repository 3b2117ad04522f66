import { wireSchemaText } from '../../gen/wire-schema.js';

/** A field of an Envoy message, as the encoder and the checker need it. */
export interface WireField {
  readonly number: number;
  /** The name in the proto file: `virtual_hosts`. */
  readonly name: string;
  /**
   * `implicit`: the zero value is not written; `explicit`: a given value is always written (members of a oneof);
   * `list`; `packed`: a list of numbers; `map`.
   */
  readonly label: 'implicit' | 'explicit' | 'list' | 'packed' | 'map';
  /** Scalar type number of the key of a map (`google.protobuf.FieldDescriptorProto.Type`). */
  readonly keyType: number;
  /** Scalar type number; 0 for messages and enums. */
  readonly scalar: number;
  /** Full name of the message type. */
  readonly message?: string;
  /** Full name of the enum type. */
  readonly enum?: string;
}

/** A message type: its fields in the order of their numbers. */
export interface WireMessage {
  readonly name: string;
  readonly fields: readonly WireField[];
  readonly byName: ReadonlyMap<string, WireField>;
  readonly rules: WireRules | undefined;
}

/** Field rules (`validate.rules`) of a message, in protobuf's JSON form, and its oneofs that must be set. */
export interface WireRules {
  readonly fields: Readonly<Record<string, FieldRules>>;
  readonly oneofs: readonly (readonly [name: string, members: readonly string[]])[];
}

/** One field's rules, by kind: `string`, `uint32`, `duration`, `repeated`, `message` … */
export type FieldRules = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface SchemaText {
  readonly messages: Readonly<Record<string, readonly [fields: string, rules?: string]>>;
  readonly enums: Readonly<Record<string, string>>;
}

let schemaText: SchemaText | undefined;
const messages = new Map<string, WireMessage>();
const enums = new Map<string, ReadonlyMap<string, number>>();

/** Parsed at first use: most of a run never meets most of the types. */
function text(): SchemaText {
  schemaText ??= JSON.parse(wireSchemaText) as SchemaText;
  return schemaText;
}

/** The message type with this full name (`envoy.config.route.v3.Route`). Throws for an unknown one. */
export function wireMessage(name: string): WireMessage {
  const known = messages.get(name);
  if (known !== undefined) return known;
  const entry = text().messages[name];
  if (entry === undefined) throw new Error(`unknown message type ${name}`);
  const fields = entry[0] === '' ? [] : entry[0].split('|').map(parseField);
  const message: WireMessage = {
    name,
    fields,
    byName: new Map(fields.map((field) => [field.name, field])),
    rules: entry[1] === undefined ? undefined : (JSON.parse(entry[1]) as WireRules),
  };
  messages.set(name, message);
  return message;
}

/** Numbers of an enum's values by name. Throws for an unknown enum. */
export function wireEnum(name: string): ReadonlyMap<string, number> {
  const known = enums.get(name);
  if (known !== undefined) return known;
  const entry = text().enums[name];
  if (entry === undefined) throw new Error(`unknown enum type ${name}`);
  const values = new Map<string, number>();
  for (const pair of entry.split('|')) {
    const [value = '', number = '0'] = pair.split(' ');
    values.set(value, Number(number));
  }
  enums.set(name, values);
  return values;
}

const labels: Readonly<Record<string, WireField['label']>> = {
  '-': 'implicit',
  '?': 'explicit',
  '*': 'list',
  '+': 'packed',
  '%': 'map',
};

function parseField(line: string): WireField {
  const [number = '', name = '', label = '', kind = '', type = ''] = line.split(' ');
  const field = {
    number: Number(number),
    name,
    label: labels[label.charAt(0)] ?? 'implicit',
    keyType: label.charAt(0) === '%' ? Number(label.slice(1)) : 0,
    scalar: kind === 'M' || kind === 'E' ? 0 : Number(kind),
  };
  if (kind === 'M') return { ...field, message: type };
  if (kind === 'E') return { ...field, enum: type };
  return field;
}
