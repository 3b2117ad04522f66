import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const issuer = 'calb-sim';
const algorithm = 'HS256';

/** Issues and checks the tokens by which Envoys prove whose they are. */
export interface Tokens {
  issue(tenant: string): string;
  /**
   * The tenant that a token was issued for.
   *
   * @throws Error when the token was not issued with this key
   */
  verify(token: string): string;
}

/** Claims of a token (RFC 7519), `iat` in seconds. */
interface Claims {
  readonly iss: typeof issuer;
  readonly tenant: string;
  readonly iat: number;
}

/**
 * JSON Web Tokens under a key: by default a new one, so that no token outlives the program that issued it. They do not
 * expire before, because the bootstrap of a running Envoy cannot be changed.
 *
 * HMAC with SHA-256 is the one algorithm, whatever a token's header says (RFC 8725, 3.1). Made with Node's own functions
 * at once: Envoys are not started before they have theirs.
 */
export function createTokens(key: Uint8Array = randomBytes(32)): Tokens {
  const sign = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return {
    issue(tenant) {
      const claims: Claims = { iss: issuer, tenant, iat: Math.floor(Date.now() / 1000) };
      const text = `${encode({ alg: algorithm, typ: 'JWT' })}.${encode(claims)}`;
      return `${text}.${sign(text).toString('base64url')}`;
    },
    verify(token) {
      const [header = '', payload = '', signature = '', ...more] = token.split('.');
      const expected = sign(`${header}.${payload}`);
      const actual = Buffer.from(signature, 'base64url');
      const isSigned = actual.length === expected.length && timingSafeEqual(actual, expected);
      if (!isSigned || more.length > 0) throw new Error('the token was not signed with this key');
      if (decode(header).alg !== algorithm) throw new Error('the token names another algorithm');
      const { iss, tenant } = decode(payload);
      if (iss !== issuer || typeof tenant !== 'string' || tenant === '')
        throw new Error('the token names no tenant');
      return tenant;
    },
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  if (typeof value !== 'object' || value === null) throw new Error('the token holds no claims');
  return value as Readonly<Record<string, unknown>>;
}
