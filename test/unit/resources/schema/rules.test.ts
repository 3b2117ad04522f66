import { describe, expect, it } from 'vitest';
import { checkRules, checkTransition } from '../../../../src/resources/schema/check-rules.ts';
import { schemaOf } from '../../../../src/resources/schema/compile.ts';
import { kindData } from '../../../../src/resources/schema/kind-data.ts';
import { parseExpression } from '../../../../src/resources/schema/rule.ts';
import type { KindData, SchemaData } from '../../../../src/resources/schema/schema.ts';

function rulesOf(data: SchemaData): string[] {
  const own = (data.rules ?? []).flatMap(({ rule, messageExpression }) => [
    rule,
    messageExpression ?? 'true',
  ]);
  const children = [
    ...Object.values(data.properties ?? {}),
    ...(data.items ? [data.items] : []),
    ...(data.additionalProperties ? [data.additionalProperties] : []),
  ];
  return [...own, ...children.flatMap(rulesOf)];
}

function kind(name: string): KindData {
  const found = kindData.find((data) => data.kind === name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
}

describe('rules of the kinds', () => {
  for (const data of kindData) {
    it(`${data.kind}: every rule compiles`, () => {
      const rules = [data.schema, ...Object.values(data.defs)].flatMap(rulesOf);
      for (const rule of rules) expect(() => parseExpression(rule), rule).not.toThrow();
    });
  }

  it('hold many rules: the extraction did not lose them', () => {
    const rules = kindData.flatMap((data) => [data.schema, ...Object.values(data.defs)].flatMap(rulesOf));
    expect(rules.length).toBeGreaterThan(200);
  });

  it('name fields that are keywords of CEL', () => {
    const ref = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'web' };
    const check = (parentRefs: unknown[]) =>
      checkRules(schemaOf(kind('HTTPRoute')), { spec: { parentRefs, rules: [] } });
    expect(
      check([
        { ...ref, namespace: 'a' },
        { ...ref, namespace: 'b' },
      ]),
    ).toEqual([]);
    expect(
      check([
        { ...ref, namespace: 'a' },
        { ...ref, namespace: 'a' },
      ]),
    ).toMatchObject([{ code: 'CALB0116', path: ['spec', 'parentRefs'] }]);
  });

  it('compare an edit with what was before', () => {
    const schema = schemaOf(kind('GatewayClass'));
    const one = { spec: { controllerName: 'example.com/one' } };
    const two = { spec: { controllerName: 'example.com/two' } };
    expect(checkTransition(schema, one, one)).toEqual([]);
    expect(checkTransition(schema, two, one)).toMatchObject([
      { code: 'CALB0122', path: ['spec', 'controllerName'] },
    ]);
    expect(checkRules(schema, two)).toEqual([]);
  });
});
