import { describe, expect, it } from 'vitest';
import { splitDocuments } from '../../../src/resources/documents.ts';
import { kinds } from '../../../src/resources/kinds.ts';
import { parseDocumentText } from '../../../src/resources/parse.ts';
import { validate } from '../../../src/resources/validate.ts';
import { allKinds } from '../../fixtures/resources/manifests.ts';

function check(yaml: string) {
  const { value, problems } = parseDocumentText(yaml);
  expect(problems).toEqual([]);
  return validate(value);
}

function object(kind: string, spec: string, apiVersion = 'gateway.networking.k8s.io/v1') {
  return check(`{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: x}, spec: ${spec}}`);
}

describe('validate', () => {
  it('accepts a manifest of every kind that is read from files', () => {
    const accepted = splitDocuments(allKinds).map(({ text }) => {
      const { object, issues } = check(text);
      expect(issues).toEqual([]);
      return object?.kind;
    });
    const declared = kinds.filter(({ source }) => source === 'declared').map(({ kind }) => kind);
    expect(new Set(accepted)).toEqual(new Set(declared));
  });

  it('fills the defaults of a route, also those within defaults', () => {
    const { object: route } = object('HTTPRoute', '{parentRefs: [{name: gw}]}');
    expect(route).toEqual({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'x', namespace: 'default' },
      spec: {
        parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gw' }],
        rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
      },
    });
  });

  it('fills what Kubernetes fills in code', () => {
    const service = object('Service', '{ports: [{port: 80}, {name: b, port: 81, targetPort: web}]}', 'v1');
    expect(service.issues).toMatchObject([{ code: 'CALB0113', path: ['spec', 'ports', 0] }]);
    const single = object('Service', '{ports: [{port: 80}]}', 'v1').object?.spec;
    expect(single).toMatchObject({
      type: 'ClusterIP',
      ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }],
    });
    const slice = check(
      '{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: x}, addressType: IPv4,' +
        ' endpoints: [{addresses: [10.0.0.1]}], ports: [{port: 80}]}',
    );
    expect(slice.object).toMatchObject({ ports: [{ name: '', protocol: 'TCP' }] });
    expect(check('{apiVersion: v1, kind: Namespace, metadata: {name: x}}').object?.metadata.labels).toEqual({
      'kubernetes.io/metadata.name': 'x',
    });
  });

  it('merges stringData of a Secret into data', () => {
    const { object: secret } = check(
      '{apiVersion: v1, kind: Secret, metadata: {name: x}, data: {a: eA==, b: eA==}, stringData: {b: "é"}}',
    );
    expect(secret).toMatchObject({ type: 'Opaque', data: { a: 'eA==', b: 'w6k=' } });
    expect(secret).not.toHaveProperty('stringData');
  });

  it('keeps objects in the first served version, and drops a declared status', () => {
    const { object: route } = check(
      '{apiVersion: gateway.networking.k8s.io/v1beta1, kind: HTTPRoute, metadata: {name: x}, spec: {}, status: {x: 1}}',
    );
    expect(route?.apiVersion).toBe('gateway.networking.k8s.io/v1');
    expect(route).not.toHaveProperty('status.x');
  });

  it('takes null as "not set" where it is not declared to mean something', () => {
    expect(object('Service', '{ports: [{port: 80, name: null}], selector: null}', 'v1').issues).toEqual([]);
    expect(object('HTTPRoute', '{rules: null}').issues).toEqual([]);
    expect(object('HTTPRoute', '{hostnames: null}').issues).toEqual([]);
  });

  it('says which object it is, even when it is faulty', () => {
    expect(object('HTTPRoute', '{rulez: []}')).toMatchObject({ key: 'HTTPRoute/default/x' });
    expect(object('GatewayClass', '{}')).toMatchObject({ key: 'GatewayClass/x' });
  });

  it('survives keys that mean something to JavaScript', () => {
    const { issues } = check(
      '{apiVersion: v1, kind: ConfigMap, metadata: {name: x, labels: {constructor: a}}, ' +
        'data: {__proto__: a, toString: b}, __proto__: {x: 1}, constructor: 1}',
    );
    expect(issues.map(({ path }) => path)).toEqual([['__proto__'], ['constructor']]);
  });
});
