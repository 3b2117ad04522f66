import type { WireReader } from './reader.ts';

/** Envoy's short names (`%RESPONSE_FLAGS%`), by field number of `envoy.data.accesslog.v3.ResponseFlags`. */
const shortNames: readonly (string | undefined)[] = [
  undefined,
  'LH',
  'UH',
  'UT',
  'LR',
  'UR',
  'UF',
  'UC',
  'UO',
  'NR',
  'DI',
  'FI',
  'RL',
  'UAEX',
  'RLSE',
  'DC',
  'URX',
  'SI',
  'IH',
  'DPE',
  'UMSDR',
  'RFCF',
  'NFCF',
  'DT',
  'UPE',
  'NC',
  'OM',
  'DF',
  'DR',
];

const none: readonly string[] = [];

/** The names of the flags that are set. */
export function readResponseFlags(reader: WireReader): readonly string[] {
  if (!reader.hasMore) return none;
  const flags: string[] = [];
  while (reader.hasMore) {
    const tag = reader.tag();
    const name = shortNames[tag >> 3];
    const isSet = (tag & 7) === 0 ? reader.varint() !== 0 : true;
    if ((tag & 7) !== 0) reader.skip(tag);
    if (isSet && name !== undefined) flags.push(name);
  }
  return flags;
}
