import { describe, expect, it } from 'vitest';
import { redirectAction } from '../../../src/translate/redirects.ts';

const http80 = { protocol: 'HTTP', port: 80 };
const http8080 = { protocol: 'HTTP', port: 8080 };
const https443 = { protocol: 'HTTPS', port: 443 };

describe('the port of a redirect', () => {
  it.each([
    [http80, {}, undefined],
    [http80, { port: 80 }, undefined],
    [http80, { port: 8080 }, 8080],
    [http80, { scheme: 'https' }, undefined],
    [http80, { scheme: 'https', port: 443 }, undefined],
    [http80, { scheme: 'https', port: 8443 }, 8443],
    [http8080, {}, 8080],
    [http8080, { port: 80 }, undefined],
    [http8080, { scheme: 'https' }, undefined],
    [https443, {}, undefined],
    [https443, { port: 443 }, undefined],
    [https443, { port: 8443 }, 8443],
    [https443, { scheme: 'http' }, undefined],
    [https443, { scheme: 'http', port: 8080 }, 8080],
    [https443, { port: 80 }, 80],
  ] as const)('on %o with %o is %s', (listener, spec, port) => {
    expect(redirectAction({ ...spec, statusCode: 302 }, listener).port).toBe(port);
  });
});
