/**
 * Writes src/gen/kinds/<kind>.ts, the TypeScript types of every kind, from src/resources/schema/data:
 *
 *   node tools/schemas/generate-types.mjs
 *
 * The types are those of an object after validation and defaulting: what is required or defaulted is always there.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { typeNames } from './type-names.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Generates all files anew. Called by tools/prepare.mjs. */
export function generateKinds() {
  const data = join(root, 'src/resources/schema/data');
  const out = join(root, 'src/gen/kinds');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const file of readdirSync(data).filter((f) => f.endsWith('.json') && f !== 'known-kinds.json')) {
    const kind = JSON.parse(readFileSync(join(data, file), 'utf8'));
    writeFileSync(join(out, file.replace('.json', '.ts')), new KindWriter(kind).write());
  }
}

class KindWriter {
  #kind;
  #interfaces = [];
  /** Name of each def that has an interface. */
  #defNames = new Map();
  #used = new Set();
  /** Name of the interface that has these fields. */
  #bodies = new Map();

  constructor(kind) {
    this.#kind = kind;
  }

  write() {
    const { kind, group, versions, schema } = this.#kind;
    this.#used.add(kind);
    const fields = Object.entries(schema.properties ?? {}).map(([name, node]) =>
      this.#field(name, node, { path: [name], required: schema.required?.includes(name) ?? false }),
    );
    const apiVersion = group === '' ? versions[0] : `${group}/${versions[0]}`;
    return [
      `// Generated from src/resources/schema/data by tools/schemas/generate-types.mjs. Do not edit.`,
      `import type { KubeObject } from '../../resources/resource.ts';`,
      ``,
      `/** ${kind} (\`${apiVersion}\`), after validation and defaulting. */`,
      `export interface ${kind} extends KubeObject {`,
      `  readonly apiVersion: '${apiVersion}';`,
      `  readonly kind: '${kind}';`,
      ...fields,
      `}`,
      ``,
      ...this.#interfaces.flatMap((text) => [text, '']),
    ].join('\n');
  }

  #field(name, node, { path, required }) {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    const optional = required || node.default !== undefined ? '' : '?';
    return `  readonly ${key}${optional}: ${this.#type(node, path)};`;
  }

  #type(node, path) {
    const type = this.#bareType(node, path);
    return node.nullable ? `${type} | null` : type;
  }

  #bareType(node, path) {
    if (node.$ref !== undefined) return this.#reference(node.$ref, path);
    if (node.enum) return node.enum.map((value) => JSON.stringify(value).replaceAll('"', "'")).join(' | ');
    if (node.intOrString) return 'number | string';
    if (node.properties) return this.#interface(node, path);
    if (node.additionalProperties) {
      return `Readonly<Record<string, ${this.#type(node.additionalProperties, [...path, '{}'])}>>`;
    }
    if (node.items) return `readonly ${this.#item(this.#type(node.items, [...path, '[]']))}[]`;
    if (node.type === 'object') return 'Readonly<Record<string, unknown>>';
    if (node.type === 'integer' || node.type === 'number') return 'number';
    if (node.type === 'string' || node.type === 'boolean') return node.type;
    return 'unknown';
  }

  #item(type) {
    return type.includes('|') || type.startsWith('readonly ') ? `(${type})` : type;
  }

  #reference(ref, path) {
    const known = this.#defNames.get(ref);
    if (known !== undefined) return known;
    const node = this.#kind.defs[ref];
    if (!node.properties) return this.#bareType(node, path);
    const derived = this.#kind.kind + pascal(singular(ref.replace(/\d+$/, '')));
    const name = this.#write(node, path, this.#curated(path) ?? derived);
    this.#defNames.set(ref, name);
    return name;
  }

  #interface(node, path) {
    return this.#write(node, path, this.#curated(path) ?? this.#nameOf(path));
  }

  /** Writes an interface, or finds one with the same fields; returns its name. */
  #write(node, path, wanted) {
    const fields = Object.entries(node.properties).map(([key, child]) =>
      this.#field(key, child, { path: [...path, key], required: node.required?.includes(key) ?? false }),
    );
    const body = fields.join('\n');
    const known = this.#bodies.get(body);
    if (known !== undefined) return known;
    const name = this.#unused(wanted);
    this.#bodies.set(body, name);
    const place = `/** \`${dotted(path)}\` of ${this.#kind.kind}. */`;
    this.#interfaces.unshift(`${place}\nexport interface ${name} {\n${body}\n}`);
    return name;
  }

  /** The name that the Go API has: the longest suffix of the path in the table wins. */
  #curated(path) {
    const names = typeNames[this.#kind.kind] ?? {};
    for (let from = 0; from < path.length; from++) {
      const name = names[dotted(path.slice(from))];
      if (name !== undefined) return name;
    }
    return undefined;
  }

  #nameOf(path) {
    const { kind } = this.#kind;
    const inner = path.length > 1 && path[0] === 'spec' ? path.slice(1) : path;
    const words = [];
    for (const step of inner) {
      if (step === '[]') words.push(singular(words.pop() ?? ''));
      else if (step === '{}') words.push('Value');
      else words.push(step);
    }
    return kind + words.map(pascal).join('');
  }

  #unused(name) {
    let unused = name;
    for (let i = 2; this.#used.has(unused); i++) unused = `${name}${i}`;
    this.#used.add(unused);
    return unused;
  }
}

function dotted(path) {
  return path.join('.').replaceAll('.[]', '[]');
}

function pascal(word) {
  return word.charAt(0).toUpperCase() + word.slice(1).replace(/[^A-Za-z0-9]/g, '');
}

function singular(word) {
  if (/(ss|us|tls|is)$/i.test(word)) return word;
  if (/ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(ches|sses|xes)$/.test(word)) return word.slice(0, -2);
  return word.replace(/s$/, '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) generateKinds();
