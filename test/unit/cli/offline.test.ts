import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { DefineCommand } from '../../../cli/command-table.ts';
import { defineTranslate } from '../../../cli/commands/translate.ts';
import { defineValidate } from '../../../cli/commands/validate.ts';
import { runCommand } from './run-command.ts';

const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: web
  namespace: team-a
spec:
  gatewayClassName: eg
  listeners:
    - name: http
      protocol: HTTP
      port: 8080
`;

const route = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: app
  namespace: team-a
  labels: { tier: front }
spec:
  parentRefs:
    - name: web
  rules:
    - backendRefs:
        - name: app
          port: 3000
`;

const workload = `apiVersion: v1
kind: Service
metadata: { name: app, namespace: team-a }
spec:
  selector: { app: app }
  ports: [{ port: 3000 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: app, namespace: team-a }
spec:
  replicas: 2
  selector: { matchLabels: { app: app } }
  template:
    metadata: { labels: { app: app } }
    spec: { containers: [{ name: app, image: echo-basic }] }
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

const run = (define: DefineCommand, ...args: string[]) => runCommand(define, [folder, ...args]);

test('validate counts what is good', async () => {
  write({ 'gateway.yaml': gateway, 'route.yaml': route, 'app.yaml': workload });
  const result = await run(defineValidate);
  expect(result).toMatchObject({ code: 0, stdout: '3 files, 4 objects: no problems\n' });
  expect(JSON.parse((await run(defineValidate, '-o', 'json')).stdout)).toEqual({
    files: 3,
    objects: 4,
    errors: 0,
    warnings: 0,
    hints: 0,
    diagnostics: [],
  });
});

test('validate frames an error, and says it in JSON and for GitHub', async () => {
  write({ 'gateway.yaml': gateway.replace('HTTP\n', 'HTTPX\n'), 'route.yaml': route, 'app.yaml': workload });
  const text = await run(defineValidate);
  expect(text.code).toBe(3);
  expect(text.stdout).toMatch(/gateway\.yaml:10:17/);
  expect(text.stdout).toMatch(/\n 10 \| {7}protocol: HTTPX\n/);
  expect(text.stdout).toMatch(/effect: /);
  expect(text.stdout).toMatch(/fix: /);
  expect(text.stdout.trimEnd().split('\n').at(-1)).toMatch(/^3 files, \d objects: \d errors?/);
  const json = JSON.parse((await run(defineValidate, '-o', 'json')).stdout);
  expect(json.errors).toBeGreaterThanOrEqual(1);
  expect(json.diagnostics[0]).toMatchObject({ severity: 'error', line: 10, column: 17 });
  const github = await run(defineValidate, '-o', 'github');
  expect(github.stdout).toMatch(/^::error file=.*gateway\.yaml,line=10,col=17,/);
  expect(github.stderr).toMatch(/\d errors?/);
});

test('a path that is not there is wrong usage; a folder without YAML is not', async () => {
  expect((await runCommand(defineValidate, [join(folder, 'nothing')])).code).toBe(2);
  expect(await run(defineValidate)).toMatchObject({ code: 0, stdout: 'no YAML or JSON files here\n' });
});

test('translate --to envoy-gateway prints objects that can be applied', async () => {
  write({ 'all.yaml': [gateway, route, workload].join('---\n') });
  const yaml = await run(defineTranslate, '--to', 'envoy-gateway');
  expect(yaml.code).toBe(0);
  const objects = parseAllDocuments(yaml.stdout).map((document) => document.toJS());
  expect(objects.map(({ kind }) => kind).sort()).toEqual(['Deployment', 'Gateway', 'HTTPRoute', 'Service']);
  for (const object of objects) {
    expect(object).not.toHaveProperty('status');
    expect(
      Object.keys(object.metadata).filter((key) => !['name', 'namespace', 'labels'].includes(key)),
    ).toEqual([]);
  }
  const list = JSON.parse((await run(defineTranslate, '--to', 'envoy-gateway', '-o', 'json')).stdout);
  expect(list).toMatchObject({ apiVersion: 'v1', kind: 'List', items: objects });
});

test('translate --to model and xds prints each tenant, the same on every run', async () => {
  write({ 'all.yaml': [gateway, route, workload].join('---\n') });
  const model = JSON.parse((await run(defineTranslate, '--to', 'model', '-o', 'json')).stdout);
  expect(Object.keys(model)).toEqual(['team-a']);
  expect(model['team-a'].clusters[0].localities[0].endpoints).toHaveLength(2);
  const xds = await run(defineTranslate, '--to', 'xds');
  expect(xds.stdout).toContain('route_config_name: team-a/web/8080');
  expect((await run(defineTranslate, '--to', 'xds')).stdout).toBe(xds.stdout);
});

test('translate says errors on standard error, and which target was probably meant', async () => {
  write({ 'gateway.yaml': gateway, 'route.yaml': route.replace('rules:', 'ruls:') });
  const result = await run(defineTranslate, '--to', 'xds');
  expect(result.code).toBe(3);
  expect(result.stderr).toContain('ruls');
  expect(result.stdout).toContain('team-a');
  const target = await run(defineTranslate, '--to', 'xdss');
  expect(target.code).toBe(2);
  expect(target.stderr).toContain('did you mean xds');
  expect((await run(defineTranslate)).code).toBe(2);
});
