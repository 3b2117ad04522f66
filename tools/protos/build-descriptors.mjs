#!/usr/bin/env node
// Makes `envoy.binpb`, the descriptor set of Envoy's API that everything else is generated from. Run by hand when the
// API version is raised; needs Maven and unzip. See README.md beside this file.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const artifact = 'io.envoyproxy.controlplane:api:1.0.49';
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const roots = JSON.parse(readFileSync(join(here, 'roots.json'), 'utf8'));
const work = mkdtempSync(join(tmpdir(), 'envoy-protos-'));

try {
  execFileSync('mvn', ['-q', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${work}`], {
    cwd: work,
    stdio: 'inherit',
  });
  const jar = join(work, 'api-1.0.49.jar');
  const jarHash = createHash('sha256').update(readFileSync(jar)).digest('hex');
  const protos = join(work, 'protos');
  execFileSync('unzip', ['-q', '-o', jar, '*.proto', '-d', protos], { stdio: 'inherit' });
  const output = join(here, 'envoy.binpb');
  const buf = join(root, 'node_modules/.bin/buf');
  const paths = roots.flatMap((path) => ['--path', path]);
  execFileSync(buf, ['build', '.', ...paths, '--exclude-source-info', '-o', output], {
    cwd: protos,
    stdio: 'inherit',
  });
  const bytes = readFileSync(output);
  writeFileSync(
    join(here, 'provenance.json'),
    `${JSON.stringify(
      {
        artifact,
        artifactSha256: jarHash,
        descriptorSetSha256: createHash('sha256').update(bytes).digest('hex'),
        descriptorSetBytes: bytes.length,
        roots: roots.length,
      },
      null,
      2,
    )}\n`,
  );
  console.log(`envoy.binpb: ${bytes.length} bytes from ${artifact}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
