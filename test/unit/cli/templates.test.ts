import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { defineInit } from '../../../cli/commands/init.ts';
import { defineTranslate } from '../../../cli/commands/translate.ts';
import { defineValidate } from '../../../cli/commands/validate.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const templates = ['basic', 'calb', 'failover', 'multi-tenant'];
const init = (...args: string[]) => runCommand(defineInit, args, { cwd: folder });

test('init lists the templates with what they show', async () => {
  const { stdout, code } = await init();
  expect(code).toBe(0);
  for (const name of templates) expect(stdout).toMatch(new RegExp(`^${name} {3,}\\S`, 'm'));
});

test.each(templates)('%s is written, validates without a finding, and translates', async (name) => {
  const written = await init(name, 'demo');
  expect(written).toMatchObject({ code: 0 });
  expect(written.stdout).toContain('calb-sim up demo');
  expect(readFileSync(join(folder, 'demo/README.md'), 'utf8')).toMatch(/^# .+/);
  const paths = [join(folder, 'demo')];
  const checked = await runCommand(defineValidate, [...paths, '-o', 'json']);
  expect(JSON.parse(checked.stdout)).toMatchObject({ errors: 0, warnings: 0 });
  expect(checked.code).toBe(0);
  const translated = await runCommand(defineTranslate, [...paths, '--to', 'envoy-gateway']);
  expect(translated.code).toBe(0);
  const kinds = parseAllDocuments(translated.stdout).map((document) => document.toJS().kind);
  expect(kinds).toEqual(expect.arrayContaining(['Gateway', 'HTTPRoute']));
  expect(kinds).not.toContain('CycloudBackend');
});

test('init overwrites nothing', async () => {
  mkdirSync(join(folder, 'basic'));
  writeFileSync(join(folder, 'basic/route.yaml'), 'mine');
  const refused = await init('basic');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('route.yaml');
  expect(readFileSync(join(folder, 'basic/route.yaml'), 'utf8')).toBe('mine');
  expect(existsSync(join(folder, 'basic/README.md'))).toBe(false);
});

test('init says which template was probably meant', async () => {
  const refused = await init('failver');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('did you mean "failover"');
});
