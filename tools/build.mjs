#!/usr/bin/env node
// Bundles calb-sim with all its dependencies into `dist/`, so that the packed package runs without any other package.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
// Built beside it and put into its place at the end: whoever runs the old one, or builds at the same time, keeps a whole one.
const staging = join(root, `dist.${process.pid}`);

/** Output path without extension → source, of the programs that people may start themselves. */
function programs() {
  const entries = {};
  const apps = join(root, 'sample-apps');
  if (existsSync(apps)) {
    for (const name of readdirSync(apps)) entries[`sample-apps/${name}`] = `sample-apps/${name}/main.ts`;
  }
  return Object.fromEntries(Object.entries(entries).filter(([, source]) => existsSync(join(root, source))));
}

/**
 * Data as text that is parsed: faster at start than a large literal that is compiled. Of a kind's schema, the large
 * parts are parsed when they are first read: most starts need few kinds.
 */
const jsonAsText = {
  name: 'json-as-text',
  setup(plugins) {
    plugins.onLoad({ filter: /\/src\/.*\.json$/ }, ({ path }) => {
      const data = JSON.parse(readFileSync(path, 'utf8'));
      const late = ['schema', 'defs'].filter((field) => !Array.isArray(data) && field in data);
      const early = Object.fromEntries(Object.entries(data).filter(([field]) => !late.includes(field)));
      const fields = late.map(
        (field) => `get ${field}() { return once(this, '${field}', ${asText(data[field])}); }`,
      );
      const contents =
        late.length === 0
          ? `export default ${parsed(data)};`
          : `${once}\nexport default Object.defineProperties(${parsed(early)}, Object.getOwnPropertyDescriptors({ ${fields.join(', ')} }));`;
      return { contents, loader: 'js' };
    });
  },
};

const asText = (data) => JSON.stringify(JSON.stringify(data));
const parsed = (data) => `JSON.parse(${asText(data)})`;
const once = `function once(object, field, text) {
  const value = JSON.parse(text);
  Object.defineProperty(object, field, { value, enumerable: true });
  return value;
}`;

/** gRPC loads it for services that describe themselves, which are not served here: 160 KB that each start would parse. */
const withoutProtoLoader = {
  name: 'without-proto-loader',
  setup(plugins) {
    plugins.onResolve({ filter: /^@grpc\/proto-loader$/ }, ({ path }) => ({ path, namespace: 'absent' }));
    plugins.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** Ink loads it for its own developers only. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(plugins) {
    plugins.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({
      path,
      namespace: 'no-devtools',
    }));
    plugins.onLoad({ filter: /.*/, namespace: 'no-devtools' }, () => ({ contents: 'export default {};' }));
  },
};

/** The folder of the package that an input file belongs to, such as `node_modules/@grpc/grpc-js`. */
function packageFolder(input) {
  const parts = input.split('/');
  const at = parts.lastIndexOf('node_modules');
  if (at < 0) return undefined;
  return parts.slice(0, at + (parts[at + 1].startsWith('@') ? 3 : 2)).join('/');
}

/** Licence texts of all bundled packages. */
function thirdPartyNotices(inputs) {
  const folders = [...new Set(inputs.map(packageFolder).filter(Boolean))].sort();
  const sections = folders.map((folder) => {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const files = readdirSync(join(root, folder)).filter((file) =>
      /^(licen[cs]e|notice|copying)/i.test(file),
    );
    const texts = files
      .filter((file) => statSync(join(root, folder, file)).isFile())
      .map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
    const body = texts.length > 0 ? texts.join('\n\n') : '(the package carries no licence text)';
    return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${body}\n`;
  });
  return `Packages that are part of this bundle, with their licences.\n\n${sections.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  // The compiled code is found by the text, byte for byte: see bin/compiled-code.js.
  charset: 'ascii',
  metafile: true,
  plugins: [jsonAsText, withoutProtoLoader],
  logLevel: 'warning',
};

const entries = programs();
process.on('exit', () => rmSync(staging, { recursive: true, force: true }));
mkdirSync(staging, { recursive: true });
// The commands are one file of CommonJS, because Node can keep the compiled code of that from one run to the next. What
// a command does not use is in it, but neither evaluated nor, from the second run on, looked at. The pod host is another
// one, because Node starts CommonJS faster.
const ownEntries = {
  'cli/main': 'cli/main.ts',
  host: 'src/runtime/process/host.ts',
  // What containers run goes into their image: it must be one file.
  'docker/pod': 'src/runtime/docker/pod-program/main.ts',
};
const own = await build({
  ...common,
  entryPoints: ownEntries,
  outdir: staging,
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  define: { 'import.meta.url': '__moduleUrl' },
  banner: { js: "const __moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
});
const others = await build({
  ...common,
  entryPoints: entries,
  outdir: staging,
  splitting: true,
  format: 'esm',
  chunkNames: 'chunks/[name]-[hash]',
  // CommonJS dependencies ask for Node's own modules with `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
});
// The terminal app's renderer: Ink cannot be part of a CommonJS file, and only `up` on a terminal and `attach` need it.
const renderer = await build({
  ...common,
  entryPoints: { 'tui/renderer': 'cli/tui/ink/ink-renderer.tsx' },
  outdir: staging,
  format: 'esm',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [...common.plugins, withoutDevtools],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
});
const metafiles = [own.metafile, others.metafile, renderer.metafile];
const inputs = metafiles
  .flatMap((metafile) => Object.keys(metafile.inputs))
  .map((path) => path.split(sep).join('/'));
writeFileSync(join(staging, 'THIRD-PARTY-NOTICES'), thirdPartyNotices(inputs));
rmSync(dist, { recursive: true, force: true });
renameSync(staging, dist);
const bytes = metafiles
  .flatMap((metafile) => Object.values(metafile.outputs))
  .reduce((sum, output) => sum + output.bytes, 0);
console.log(
  `built ${Object.keys({ ...ownEntries, ...entries }).length} entry points into ${relative(process.cwd(), dist) || dist} (${Math.round(bytes / 1024)} KiB)`,
);
