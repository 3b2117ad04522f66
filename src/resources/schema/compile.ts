import { compileRule, type Rule } from './rule.ts';
import type { KindData, SchemaData } from './schema.ts';

/** A schema node made ready for checking: references resolved, patterns compiled. */
export interface SchemaNode {
  readonly data: SchemaData;
  readonly properties: ReadonlyMap<string, SchemaNode> | undefined;
  readonly items: SchemaNode | undefined;
  readonly additionalProperties: SchemaNode | undefined;
  readonly patterns: readonly { readonly source: string; readonly expression: RegExp }[];
  readonly rules: readonly Rule[];
  /** Whether this node or one below it has rules: only then is its value converted for CEL. */
  readonly hasRules: boolean;
  readonly hasTransitionRules: boolean;
}

const compiled = new WeakMap<KindData, SchemaNode>();

/** The compiled schema of a kind; made once, when it is first needed. */
export function schemaOf(kind: KindData): SchemaNode {
  let node = compiled.get(kind);
  if (node === undefined) {
    node = new Compiler(kind.defs).compile(kind.schema);
    compiled.set(kind, node);
  }
  return node;
}

class Compiler {
  readonly #defs: KindData['defs'];
  readonly #shared = new Map<string, SchemaNode>();

  constructor(defs: KindData['defs']) {
    this.#defs = defs;
  }

  compile(data: SchemaData): SchemaNode {
    if (data.$ref === undefined) return this.#node(data);
    let shared = this.#shared.get(data.$ref);
    if (shared === undefined) {
      const definition = this.#defs[data.$ref];
      if (definition === undefined) throw new Error(`schema data has no definition ${data.$ref}`);
      shared = this.#node(definition);
      this.#shared.set(data.$ref, shared);
    }
    return data.default === undefined
      ? shared
      : { ...shared, data: { ...shared.data, default: data.default } };
  }

  #node(data: SchemaData): SchemaNode {
    const properties = data.properties
      ? new Map(Object.entries(data.properties).map(([name, child]) => [name, this.compile(child)]))
      : undefined;
    const items = data.items ? this.compile(data.items) : undefined;
    const additionalProperties = data.additionalProperties
      ? this.compile(data.additionalProperties)
      : undefined;
    const rules = (data.rules ?? []).map(compileRule);
    const children = [...(properties?.values() ?? []), items, additionalProperties];
    return {
      data,
      properties,
      items,
      additionalProperties,
      patterns: patternsOf(data),
      rules,
      hasRules: rules.length > 0 || children.some((child) => child?.hasRules),
      hasTransitionRules:
        rules.some((rule) => rule.isTransition) || children.some((child) => child?.hasTransitionRules),
    };
  }
}

/** Patterns of the node itself and of an `allOf` that has nothing else (quantities). */
function patternsOf(data: SchemaData): SchemaNode['patterns'] {
  const sources = [data, ...(data.allOf ?? [])].flatMap(({ pattern }) => pattern ?? []);
  return sources.map((source) => ({ source, expression: new RegExp(source) }));
}
