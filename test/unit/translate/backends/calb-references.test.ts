import { expect, test } from 'vitest';
import type { HTTPRoute } from '../../../../src/gen/kinds/http-route.ts';
import { envoyGatewayProvider } from '../../../../src/providers/envoy-gateway.ts';
import { resolveBackends } from '../../../../src/translate/backends/resolve-backends.ts';
import { declared } from '../../../fixtures/declared.ts';
import { translateContext } from '../../../fixtures/translate-context.ts';

const calb = (refs: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: front, namespace: shop }
spec: { gatewayClassName: application, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: loadbalancing.cycloud.jp/v1
kind: CycloudBackend
metadata: { name: store, namespace: ops }
spec: { endpoints: [{ address: 192.168.0.1 }], ports: [{ port: 80 }] }
---
apiVersion: loadbalancing.cycloud.jp/v1
kind: CycloudBackend
metadata: { name: basket, namespace: shop }
spec: { endpoints: [{ address: 192.168.0.1 }], ports: [{ port: 80 }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: shop, namespace: shop }
spec: { parentRefs: [{ name: front }], rules: [{ backendRefs: [${refs}] }] }
`;

function resolved(refs: string) {
  const { effective, diagnostics } = envoyGatewayProvider.expand(declared(calb(refs)));
  const [route] = effective.list<HTTPRoute>('HTTPRoute');
  if (route === undefined) throw new Error('no route');
  const settings = { policyName: '', policy: undefined };
  const backends = resolveBackends(translateContext(effective), { route, ruleIndex: 0, settings });
  return { ...backends, said: [...diagnostics, ...backends.diagnostics] };
}

test('a CycloudBackend is one cluster, simulated as httpbin', () => {
  const { outcome, problems, said } = resolved('{ name: basket, port: 80 }');
  expect(outcome).toMatchObject({ type: 'forward', shares: [{ weight: 1 }] });
  expect([problems, said]).toEqual([[], []]);
});

test('a missing grant is said in the words of the declared objects', () => {
  const { problems, said } = resolved('{ name: store, namespace: ops, port: 80 }');
  expect(problems).toMatchObject([{ reason: 'RefNotPermitted' }]);
  expect(said).toMatchObject([
    {
      code: 'CALB0222',
      message: 'CycloudBackend ops/store may not be used here',
      hint: 'create a ReferenceGrant in ops: from HTTPRoute in shop, to CycloudBackend.loadbalancing.cycloud.jp',
    },
  ]);
});

test('a wrong port is said once', () => {
  const { outcome, problems, said } = resolved('{ name: basket, port: 81 }');
  expect(outcome).toEqual({ type: 'direct', status: 500 });
  expect(problems).toMatchObject([{ reason: 'BackendNotFound' }]);
  expect(said.map(({ code }) => code)).toEqual(['CALB0234']);
});

test('a misspelt name finds the CycloudBackend that was meant', () => {
  const { said } = resolved('{ name: baskte, port: 80 }');
  expect(said).toMatchObject([{ code: 'CALB0220', hint: 'did you mean "basket"?' }]);
});
