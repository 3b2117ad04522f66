import { X509Certificate } from 'node:crypto';
import type { ConfigMap } from '../../gen/kinds/config-map.ts';
import type { Secret } from '../../gen/kinds/secret.ts';
import type { Resource } from '../../resources/resource.ts';
import type { TranslateContext } from '../context.ts';

/** A reference to certificates of authorities, in the namespace that it is looked up in. */
export interface CaReference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** Certificates of authorities, or why a reference gives none. */
export type CaBundle =
  | { readonly type: 'usable'; readonly pem: string }
  | {
      readonly type: 'unusable';
      readonly reason: 'InvalidKind' | 'NotFound' | 'Malformed';
      readonly message: string;
    };

/** `ca.crt` of a ConfigMap or Secret. */
export function caBundle(
  { resources }: Pick<TranslateContext, 'resources'>,
  namespace: string,
  { group, kind, name }: CaReference,
): CaBundle {
  if (group !== '' || (kind !== 'ConfigMap' && kind !== 'Secret')) {
    const message = 'Unsupported reference kind, supported kinds are ConfigMap and Secret';
    return { type: 'unusable', reason: 'InvalidKind', message };
  }
  const holder = resources.get<ConfigMap | Secret>(kind, namespace, name);
  if (holder === undefined) {
    return { type: 'unusable', reason: 'NotFound', message: `${kind} ${namespace}/${name} does not exist` };
  }
  const pem = textOf(holder);
  if (isPem(pem)) return { type: 'usable', pem };
  const message = `${kind} ${namespace}/${name} has no valid certificate in ca.crt`;
  return { type: 'unusable', reason: 'Malformed', message };
}

/** Several bundles as one. */
export function joinPems(pems: readonly string[]): string {
  return `${pems.map((pem) => pem.trimEnd()).join('\n')}\n`;
}

const texts = new WeakMap<Resource, string>();

function textOf(holder: Resource<ConfigMap | Secret>): string {
  const known = texts.get(holder);
  if (known !== undefined) return known;
  const { object } = holder;
  const { stringData } = object as Secret;
  const value = object.data?.['ca.crt'] ?? '';
  const plain = object.kind === 'Secret' ? Buffer.from(value, 'base64').toString('utf8') : value;
  const text = stringData?.['ca.crt'] ?? plain;
  texts.set(holder, text);
  return text;
}

const verdicts = new Map<string, boolean>();

/** Envoy would refuse the whole cluster for a certificate that it cannot read. */
function isPem(text: string): boolean {
  const known = verdicts.get(text);
  if (known !== undefined) return known;
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const isValid = blocks.length > 0 && blocks.every(isCertificate);
  if (verdicts.size >= 256) verdicts.clear();
  verdicts.set(text, isValid);
  return isValid;
}

function isCertificate(block: string): boolean {
  try {
    new X509Certificate(block);
    return true;
  } catch {
    return false;
  }
}
