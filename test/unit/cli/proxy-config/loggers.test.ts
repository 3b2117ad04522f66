import { expect, test } from 'vitest';
import { isLevels, loggingPath, readLoggers } from '../../../../cli/proxy-config/loggers.ts';
import { redact } from '../../../../cli/proxy-config/redact.ts';

test('levels of all loggers, of some, or none', () => {
  expect(loggingPath(undefined)).toBe('/logging');
  expect(loggingPath('debug')).toBe('/logging?level=debug');
  expect(loggingPath('http:debug,router:trace')).toBe('/logging?paths=http%3Adebug%2Crouter%3Atrace');
  expect(() => loggingPath('debgu')).toThrow('"debgu" is no level of a log');
  expect(() => loggingPath('http:loud')).toThrow('"loud" is no level');
  expect(() => loggingPath('debug,http:trace')).toThrow('mixes');
  expect(['debug', 'http:debug', 'team-b'].map(isLevels)).toEqual([true, true, false]);
});

test('reads what Envoy answers', () => {
  expect(readLoggers('active loggers:\n  admin: warning\n  http: debug\n\n')).toEqual([
    { name: 'admin', level: 'warning' },
    { name: 'http', level: 'debug' },
  ]);
});

test('tokens and keys are left out wherever they are, and nothing else', () => {
  const token = 'Bearer ab.cd';
  const dump = {
    mutations: [{ append: { header: { key: 'Authorization', value: token } } }],
    secret: { tls_certificate: { certificate_chain: 'PEM', private_key: { inline_string: 'KEY' } } },
    header: { key: 'x-user', value: 'a' },
  };
  const shown = redact(dump);
  expect(JSON.stringify(shown)).not.toMatch(/ab\.cd|KEY/);
  expect(shown).toMatchObject({
    mutations: [{ append: { header: { key: 'Authorization', value: '[redacted]' } } }],
    secret: { tls_certificate: { certificate_chain: 'PEM', private_key: '[redacted]' } },
    header: { value: 'a' },
  });
});
