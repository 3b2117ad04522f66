#!/usr/bin/env node
// Generates from `envoy.binpb`:
// - `src/gen/envoy/`: messages and JSON types. JSON types use Envoy's own field names (`virtual_hosts`), as its
//   documentation and its configuration files do;
// - `src/gen/wire-schema.js`: field tables and field rules for the encoder and the checker of `src/xds/wire/`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFileRegistry, fromBinary, getOption, hasOption, toBinary, toJson } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name) => join(root, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name);
const gen = join(root, 'src/gen');
const set = fromBinary(FileDescriptorSetSchema, readFileSync(join(root, 'tools/protos/envoy.binpb')));

function takeProtoNames(message) {
  for (const field of message.field) field.jsonName = field.name;
  for (const nested of message.nestedType) takeProtoNames(nested);
}

function generateTypes() {
  for (const file of set.file) {
    if (!file.package.startsWith('google.protobuf'))
      for (const message of file.messageType) takeProtoNames(message);
  }
  const work = mkdtempSync(join(tmpdir(), 'envoy-messages-'));
  try {
    const input = join(work, 'envoy.binpb');
    writeFileSync(input, toBinary(FileDescriptorSetSchema, set));
    const template = {
      version: 'v2',
      plugins: [
        {
          local: bin('protoc-gen-es'),
          out: join(gen, 'envoy'),
          // Declarations beside JavaScript: Envoy's enums cannot be erased from TypeScript.
          opt: ['target=js+dts', 'json_types=true', 'import_extension=js'],
          strategy: 'all',
          include_imports: true,
        },
      ],
    };
    rmSync(join(gen, 'envoy'), { recursive: true, force: true });
    execFileSync(bin('buf'), ['generate', input, '--template', JSON.stringify(template)], {
      cwd: root,
      stdio: 'inherit',
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const wellKnown = (typeName) => typeName.startsWith('google.protobuf.');

/** `number name label kind [type]`; see `src/xds/wire/schema.ts`. */
function fieldLine(field) {
  const type = (kind, desc) =>
    kind === 'message'
      ? `M ${desc.message.typeName}`
      : kind === 'enum'
        ? `E ${desc.enum.typeName}`
        : `${desc.scalar}`;
  const head = `${field.number} ${field.name}`;
  if (field.fieldKind === 'list') return `${head} ${field.packed ? '+' : '*'} ${type(field.listKind, field)}`;
  if (field.fieldKind === 'map') return `${head} %${field.mapKey} ${type(field.mapKind, field)}`;
  const explicit = field.oneof !== undefined || field.proto.proto3Optional;
  return `${head} ${explicit ? '?' : '-'} ${type(field.fieldKind, field)}`;
}

function ruleOf(registry, extension, field) {
  if (!hasOption(field, extension)) return undefined;
  const rule = toJson(extension.message, getOption(field, extension), { registry });
  return Object.keys(rule).length > 0 ? rule : undefined;
}

function generateWireSchema() {
  const registry = createFileRegistry(set);
  const rules = registry.getExtension('validate.rules');
  const required = registry.getExtension('validate.required');
  const messages = {};
  const enums = {};
  for (const type of registry) {
    if (type.kind === 'enum') {
      enums[type.typeName] = type.values.map((value) => `${value.name} ${value.number}`).join('|');
    }
    if (type.kind !== 'message' || type.typeName.startsWith('validate.') || wellKnown(type.typeName))
      continue;
    const fields = [...type.fields].sort((a, b) => a.number - b.number);
    const fieldRules = {};
    for (const field of fields) {
      const rule = ruleOf(registry, rules, field);
      if (rule !== undefined) fieldRules[field.name] = rule;
    }
    const oneofs = type.oneofs
      .filter((oneof) => hasOption(oneof, required) && getOption(oneof, required))
      .map((oneof) => [oneof.name, oneof.fields.map((field) => field.name)]);
    const entry = [fields.map(fieldLine).join('|')];
    if (Object.keys(fieldRules).length > 0 || oneofs.length > 0) {
      entry.push(JSON.stringify({ fields: fieldRules, oneofs }));
    }
    messages[type.typeName] = entry;
  }
  mkdirSync(gen, { recursive: true });
  const text = JSON.stringify({ messages, enums });
  // Parsing one string is faster than compiling a large literal.
  writeFileSync(join(gen, 'wire-schema.js'), `export const wireSchemaText = ${JSON.stringify(text)};\n`);
  writeFileSync(join(gen, 'wire-schema.d.ts'), 'export const wireSchemaText: string;\n');
}

generateTypes();
generateWireSchema();
