import { randomBytes } from 'node:crypto';

const issuer = 'calb-sim';
const algorithm = 'HS256';
/** Claim that names the tenant. */
const tenantClaim = 'tenant';

/** Issues and checks the tokens by which Envoys prove whose they are. */
export interface Tokens {
  issue(tenant: string): Promise<string>;
  /** The tenant that a token was issued for. Rejects when it was not issued with this key. */
  verify(token: string): Promise<string>;
}

/**
 * Tokens under a key: by default a new one, so that no token outlives the program that issued it. They do not expire
 * before, because the bootstrap of a running Envoy cannot be changed.
 */
export async function createTokens(key: Uint8Array = randomBytes(32)): Promise<Tokens> {
  const { jwtVerify, SignJWT } = await import('jose');
  return {
    issue: (tenant) =>
      new SignJWT({ [tenantClaim]: tenant })
        .setProtectedHeader({ alg: algorithm })
        .setIssuer(issuer)
        .setIssuedAt()
        .sign(key),
    verify: async (token) => {
      const { payload } = await jwtVerify(token, key, { algorithms: [algorithm], issuer });
      const tenant = payload[tenantClaim];
      if (typeof tenant !== 'string' || tenant === '') throw new Error('the token names no tenant');
      return tenant;
    },
  };
}
