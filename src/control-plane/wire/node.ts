import type { WireReader } from './reader.ts';

/** What is read of `envoy.config.core.v3.Node`. */
export interface Node {
  readonly id: string;
  readonly cluster: string;
  /** `1.40.0`, where the client tells it. */
  readonly version: string | undefined;
}

export function readNode(reader: WireReader): Node {
  let id = '';
  let cluster = '';
  let version: string | undefined;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === 0x0a) id = reader.text();
    else if (tag === 0x12) cluster = reader.text();
    else if (tag === 0x3a) version = reader.text();
    else if (tag === 0x42) version = readBuildVersion(reader.message()) ?? version;
    else reader.skip(tag);
  }
  return { id, cluster, version };
}

/** `BuildVersion.version`, a `SemanticVersion` of three numbers. */
function readBuildVersion(reader: WireReader): string | undefined {
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === 0x0a) return readSemanticVersion(reader.message());
    reader.skip(tag);
  }
  return undefined;
}

function readSemanticVersion(reader: WireReader): string {
  const numbers = [0, 0, 0];
  while (reader.hasMore) {
    const tag = reader.tag();
    if ((tag & 7) === 0 && tag >= 8 && tag <= 24) numbers[(tag >> 3) - 1] = reader.varint();
    else reader.skip(tag);
  }
  return numbers.join('.');
}
