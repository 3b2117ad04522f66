import type { SnapshotResource } from '../../xds/snapshot.ts';

/** `envoy.service.discovery.v3.DeltaDiscoveryResponse`, to be encoded. */
export interface DeltaResponse {
  readonly typeUrl: string;
  readonly nonce: string;
  /** For people: the snapshot's version. */
  readonly systemVersion: string;
  readonly resources: readonly SnapshotResource[];
  readonly removed: readonly string[];
}

/** Encodes a response in one piece: the resources' bytes are copied once. */
export function writeDeltaResponse(response: DeltaResponse): Buffer {
  const { typeUrl } = response;
  const typeUrlSize = Buffer.byteLength(typeUrl);
  const sizes = response.resources.map((resource) => resourceSizes(resource, typeUrlSize));
  let size = textFieldSize(response.systemVersion) + textFieldSize(typeUrl) + textFieldSize(response.nonce);
  for (const { resource } of sizes) size += delimitedSize(resource);
  for (const name of response.removed) size += textFieldSize(name);
  const out = new Output(Buffer.allocUnsafe(size));
  out.textField(0x0a, response.systemVersion);
  for (const [index, resource] of response.resources.entries()) {
    const { any, resource: length } = sizes[index] ?? { any: 0, resource: 0 };
    out.header(0x12, length);
    out.textField(0x0a, resource.version);
    out.header(0x12, any);
    out.textField(0x0a, typeUrl);
    out.bytesField(0x12, resource.bytes);
    out.textField(0x1a, resource.name);
  }
  out.textField(0x22, typeUrl);
  out.textField(0x2a, response.nonce);
  for (const name of response.removed) out.textField(0x32, name);
  return out.buffer;
}

/** Sizes of the `Any` and of the `Resource` around it, without their own tags and lengths. */
function resourceSizes({ bytes, name, version }: SnapshotResource, typeUrlSize: number) {
  const any = delimitedSize(typeUrlSize) + delimitedSize(bytes.length);
  return { any, resource: textFieldSize(version) + delimitedSize(any) + textFieldSize(name) };
}

/** A field with a number below 16, its length and its `length` bytes. */
function delimitedSize(length: number): number {
  let size = 2 + length;
  for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}

function textFieldSize(text: string): number {
  return delimitedSize(Buffer.byteLength(text));
}

class Output {
  readonly buffer: Buffer;
  #position = 0;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  header(tag: number, length: number): void {
    this.buffer[this.#position++] = tag;
    let rest = length;
    while (rest >= 0x80) {
      this.buffer[this.#position++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.buffer[this.#position++] = rest;
  }

  textField(tag: number, text: string): void {
    this.header(tag, Buffer.byteLength(text));
    this.#position += this.buffer.write(text, this.#position);
  }

  bytesField(tag: number, bytes: Uint8Array): void {
    this.header(tag, bytes.length);
    this.buffer.set(bytes, this.#position);
    this.#position += bytes.length;
  }
}
