const redacted = '[redacted]';

/** Fields that hold a secret, wherever they are. */
const secretFields = new Set(['private_key', 'password', 'pkcs12', 'session_ticket_keys', 'generic_secret']);

/** Headers that prove who somebody is. */
const secretHeader = /^(proxy-)?authorization$/i;

/** A copy of what Envoy says of its configuration without private keys and tokens. */
export function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const isSecretHeader = entries.some(
    ([name, field]) => name === 'key' && typeof field === 'string' && secretHeader.test(field),
  );
  return Object.fromEntries(
    entries.map(([name, field]) => {
      const isSecret = secretFields.has(name) || (isSecretHeader && /^(raw_)?value$/.test(name));
      return [name, isSecret ? redacted : redact(field)];
    }),
  );
}
