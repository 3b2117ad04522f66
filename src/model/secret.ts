import type { Source } from './source.ts';

/** A server certificate, delivered over SDS. PEM texts; `privateKey` must never be printed. */
export interface TlsSecret {
  /** `namespace/name` of the Secret. */
  readonly name: string;
  readonly certificateChain: string;
  readonly privateKey: string;
  readonly source: Source;
}
