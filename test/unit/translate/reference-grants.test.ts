import { describe, expect, it } from 'vitest';
import type { ReferenceGrant } from '../../../src/gen/kinds/reference-grant.ts';
import { makePermits } from '../../../src/translate/reference-grants.ts';
import { declared } from '../../fixtures/declared.ts';

const grant = (from: string, to: string) => `
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: g, namespace: target }
spec:
  from: [${from}]
  to: [${to}]
`;
const route = '{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: apps }';
const service = '{ group: "", kind: Service }';
const reference = {
  from: { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'apps' },
  to: { group: '', kind: 'Service', namespace: 'target', name: 'backend' },
};
const permits = (text: string) =>
  makePermits(declared(text).list<ReferenceGrant>('ReferenceGrant'))(reference);

describe('ReferenceGrants', () => {
  it.each([
    ['every object of a kind', grant(route, service), true],
    ['the named object', grant(route, '{ group: "", kind: Service, name: backend }'), true],
    ['another name', grant(route, '{ group: "", kind: Service, name: other }'), false],
    ['another kind', grant(route, '{ group: "", kind: Secret }'), false],
    ['another group', grant(route, '{ group: example.com, kind: Service }'), false],
    ['another kind of origin', grant(route.replace('HTTPRoute', 'GRPCRoute'), service), false],
    ['another namespace of origin', grant(route.replace('apps', 'others'), service), false],
    [
      'another group of origin',
      grant(route.replace('gateway.networking.k8s.io', 'example.com'), service),
      false,
    ],
    [
      'another namespace of the grant',
      grant(route, service).replace('namespace: target', 'namespace: x'),
      false,
    ],
  ])('for %s', (_, text, expected) => {
    expect(permits(text)).toBe(expected);
  });

  it('are not needed within a namespace', () => {
    expect(makePermits([])({ ...reference, to: { ...reference.to, namespace: 'apps' } })).toBe(true);
  });
});
