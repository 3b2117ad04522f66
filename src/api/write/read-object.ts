import { parseDocumentText } from '../../resources/parse.ts';
import { isRecord } from '../../resources/schema/walk.ts';
import { failure } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import { isTooDeep } from './nesting.ts';

/** An object of a request as it was sent: a mapping, nothing else is known of it. */
export type SentObject = Readonly<Record<string, unknown>>;

const jsonTypes: ReadonlySet<string> = new Set(['', 'application/json', '*/*']);
const yamlTypes: ReadonlySet<string> = new Set(['application/yaml', 'application/x-yaml', 'text/yaml']);
const protobufType = 'application/vnd.kubernetes.protobuf';

/** What the object in a body should be. */
export interface BodyTarget {
  readonly kind: { readonly kind: string };
  readonly apiVersion: string;
}

/** The object in a request's body, or the answer why there is none. */
export async function readObject(
  call: ApiCall,
  target: BodyTarget,
): Promise<{ readonly value: SentObject } | { readonly reply: Reply }> {
  const parsed = await readValue(call);
  return parsed === undefined
    ? { reply: unknownFormat(['application/json', 'application/yaml', protobufType]) }
    : asSentObject(parsed, target);
}

/** A value in a body, or what is wrong with the body. */
export type Parsed = { readonly value: unknown } | { readonly problem: string };

/** The value in a request's body, in any encoding in which objects are sent; `undefined` for another one. */
export async function readValue(call: ApiCall): Promise<Parsed | undefined> {
  if (jsonTypes.has(call.contentType)) return parseJson(await call.readBody());
  if (yamlTypes.has(call.contentType)) return parseYaml(await call.readBody());
  return call.contentType === protobufType ? parseProtobuf(await call.readBytes()) : undefined;
}

/** YAML of one document, JSON included. */
export function parseYaml(text: string): Parsed {
  const json = parseJson(text);
  if ('value' in json) return json;
  const { value, problems } = parseDocumentText(text);
  const [problem] = problems;
  return problem === undefined ? { value } : { problem: `error converting YAML to JSON: ${problem.message}` };
}

/** Few clients send it, so its tables are loaded by the first. */
async function parseProtobuf(bytes: Buffer): Promise<Parsed> {
  const { decodeObject } = await import('../protobuf/decode-object.ts');
  const { ProtobufError } = await import('../protobuf/wire-reader.ts');
  try {
    return { value: decodeObject(bytes) };
  } catch (error) {
    if (error instanceof ProtobufError) return { problem: error.message };
    throw error;
  }
}

/** `415`: which media types would be understood. */
export function unknownFormat(accepted: readonly string[]): Reply {
  const list = accepted.join(', ');
  return failure(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${list}`,
  );
}

/** A text that should be JSON, or what is wrong with it. */
export function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** What was parsed as the object that it should be, or the answer why it is none. */
export function asSentObject(
  parsed: Parsed,
  target: BodyTarget,
): { readonly value: SentObject } | { readonly reply: Reply } {
  if ('problem' in parsed) {
    return { reply: failure('BadRequest', `${cannotBeHandled(target)}: ${parsed.problem}`) };
  }
  if (isTooDeep(parsed.value)) return { reply: failure('BadRequest', 'the object exceeds the max depth') };
  if (isRecord(parsed.value)) return { value: parsed.value };
  const message =
    'the object provided is unrecognized (must be of type Object): the body is not a JSON object';
  return { reply: failure('BadRequest', message) };
}

/** How an API server begins to say that a body is not what it should be. */
export function cannotBeHandled({ kind, apiVersion }: BodyTarget): string {
  const version = apiVersion.split('/').at(-1) ?? '';
  return `${kind.kind} in version "${version}" cannot be handled as a ${kind.kind}`;
}
