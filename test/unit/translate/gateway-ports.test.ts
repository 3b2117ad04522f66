import { describe, expect, it } from 'vitest';
import type { Gateway, ListenerStatus } from '../../../src/gen/kinds/gateway.ts';
import type { Binding } from '../../../src/runtime/runtime.ts';
import { createTranslator } from '../../../src/translate/build.ts';
import { declared } from '../../fixtures/declared.ts';
import { translateInput } from '../../fixtures/translate-input.ts';

const gateway = (addresses: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: a }
spec:
  gatewayClassName: eg
${addresses}
  listeners:
    - { name: http, port: 80, protocol: HTTP }
    - { name: other, port: 8080, protocol: HTTP }
`;
const own = { address: '127.0.1.1', port: 80 };
const free: Binding = { gateway: 'a/web', port: 80, bind: [own], reach: own, localhost: false };
const taken = (address: string): Binding => ({
  gateway: 'a/web',
  port: 8080,
  bind: [],
  reach: { address, port: 8080 },
  localhost: false,
  conflict: 'nginx (pid 12) holds it',
});

function translated(bindings: readonly Binding[], addresses = '') {
  const resources = declared(gateway(addresses));
  const translation = createTranslator()(translateInput(resources, { bindings }));
  const resource = resources.get<Gateway>('Gateway', 'a', 'web');
  if (resource === undefined) throw new Error('no Gateway');
  const status = translation.statuses.get(resource) as Gateway['status'];
  return { ...translation, status };
}

const reasons = ({ conditions }: Pick<ListenerStatus, 'conditions'>) =>
  Object.fromEntries(conditions.map(({ type, status, reason }) => [type, `${status} ${reason}`]));

describe('ports and addresses of a Gateway', () => {
  it('are waited for', () => {
    const { status, tenants } = translated([]);
    expect(reasons(status)).toEqual({ Accepted: 'True Accepted', Programmed: 'False AddressNotAssigned' });
    expect(status.addresses).toBeUndefined();
    expect(tenants.get('a')?.listeners).toEqual([]);
  });

  it('that somebody else holds stop their listener only', () => {
    const { status, diagnostics, tenants } = translated([free, taken('127.0.1.1')]);
    const [http, other] = status.listeners ?? [];
    expect(http && reasons(http)).toMatchObject({ Programmed: 'True Programmed' });
    expect(other && reasons(other)).toMatchObject({
      Accepted: 'False PortUnavailable',
      Programmed: 'False Invalid',
    });
    expect(reasons(status)).toEqual({ Accepted: 'True ListenersNotValid', Programmed: 'True Programmed' });
    expect(status.addresses).toEqual([{ type: 'IPAddress', value: '127.0.1.1' }]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['CALB0601']);
    expect(tenants.get('a')?.listeners.map(({ name }) => name)).toEqual(['a/web/80']);
  });

  it('are said to have moved', () => {
    const reach = { address: '127.0.1.1', port: 10_080 };
    const { diagnostics, tenants } = translated([{ ...free, bind: [reach], reach }]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['CALB0621']);
    expect(tenants.get('a')?.listeners[0]).toMatchObject({ bind: [reach], declaredPort: 80 });
  });

  it('that were asked for and are not to be had leave the Gateway unprogrammed, but accepted', () => {
    const bindings = [{ ...taken('192.0.2.1'), port: 80 }, taken('192.0.2.1')];
    const { status } = translated(bindings, '  addresses: [{ value: 192.0.2.1 }, { value: 127.0.1.1 }]');
    expect(reasons(status)).toEqual({ Accepted: 'True Accepted', Programmed: 'False AddressNotUsable' });
    expect(status.addresses).toBeUndefined();
  });

  it('that were asked for and are there are the only ones in the status', () => {
    const { status } = translated([free], '  addresses: [{ value: 127.0.1.1 }]');
    expect(reasons(status)).toEqual({ Accepted: 'True Accepted', Programmed: 'True Programmed' });
    expect(status.addresses).toEqual([{ type: 'IPAddress', value: '127.0.1.1' }]);
  });
});
