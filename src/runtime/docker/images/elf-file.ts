import { closeSync, openSync, readSync } from 'node:fs';

/** What the header and the dynamic section of an ELF file say (System V ABI, chapters 4 and 5). */
export interface ElfFile {
  /** Architecture, as images name it; `machine N` for those that are not known here. */
  readonly architecture: string;
  /** `PT_INTERP`: the loader. Absent: statically linked, or a library. */
  readonly interpreter?: string;
  /** `DT_NEEDED`, in order. */
  readonly needed: readonly string[];
  /** `DT_RPATH`, split. Counts only where there is no `runPath`. */
  readonly rPath: readonly string[];
  /** `DT_RUNPATH`, split. */
  readonly runPath: readonly string[];
}

/** `e_machine`. */
const machines: Readonly<Record<number, string>> = {
  3: '386',
  22: 's390x',
  40: 'arm',
  62: 'amd64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
};

const [ptLoad, ptDynamic, ptInterp] = [1, 2, 3];
const [dtNeeded, dtStrtab, dtRpath, dtRunpath] = [1, 5, 15, 29];

/** Longest name that is read out of a string table. */
const maxName = 4096;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/**
 * Reads a program or library of 64 bits, little-endian; `undefined` for any other file. Reads a few kilobytes, however
 * large it is.
 *
 * @throws the system's error when the file cannot be read
 */
export function readElf(path: string): ElfFile | undefined {
  const file = openSync(path, 'r');
  try {
    const header = readAt(file, 0, 64);
    const isElf64 = header.length === 64 && header.readUInt32BE(0) === 0x7f454c46 && header[4] === 2;
    if (!isElf64 || header[5] !== 1) return undefined;
    const machine = header.readUInt16LE(18);
    const segments = readSegments(file, header);
    const interpreter = segments.find(({ type }) => type === ptInterp);
    return {
      architecture: machines[machine] ?? `machine ${machine}`,
      ...(interpreter && { interpreter: toText(readAt(file, interpreter.offset, interpreter.size)) }),
      ...readDynamic(file, segments),
    };
  } finally {
    closeSync(file);
  }
}

function readSegments(file: number, header: Buffer): readonly Segment[] {
  const entrySize = header.readUInt16LE(54);
  const count = header.readUInt16LE(56);
  const table = readAt(file, Number(header.readBigUInt64LE(32)), entrySize * count);
  return Array.from({ length: Math.floor(table.length / Math.max(entrySize, 56)) }, (_, index) => {
    const at = index * entrySize;
    return {
      type: table.readUInt32LE(at),
      offset: Number(table.readBigUInt64LE(at + 8)),
      address: Number(table.readBigUInt64LE(at + 16)),
      size: Number(table.readBigUInt64LE(at + 32)),
    };
  });
}

function readDynamic(file: number, segments: readonly Segment[]) {
  const dynamic = segments.find(({ type }) => type === ptDynamic);
  const entries = dynamic === undefined ? [] : dynamicEntries(readAt(file, dynamic.offset, dynamic.size));
  const table = entries.find(({ tag }) => tag === dtStrtab)?.value;
  const names = (wanted: number) =>
    table === undefined
      ? []
      : entries
          .filter(({ tag }) => tag === wanted)
          .map(({ value }) => toText(readAt(file, fileOffset(table, segments) + value, maxName)));
  const paths = (tag: number) => names(tag).flatMap((text) => text.split(':').filter(Boolean));
  return { needed: names(dtNeeded), rPath: paths(dtRpath), runPath: paths(dtRunpath) };
}

function dynamicEntries(section: Buffer) {
  return Array.from({ length: Math.floor(section.length / 16) }, (_, index) => ({
    tag: Number(section.readBigUInt64LE(index * 16)),
    value: Number(section.readBigUInt64LE(index * 16 + 8)),
  }));
}

/** Where in the file lies what is loaded at an address. */
function fileOffset(address: number, segments: readonly Segment[]): number {
  const segment = segments.find(
    ({ type, address: start, size }) => type === ptLoad && address >= start && address < start + size,
  );
  return segment === undefined ? address : address - segment.address + segment.offset;
}

function readAt(file: number, offset: number, size: number): Buffer {
  const buffer = Buffer.alloc(size);
  return buffer.subarray(0, readSync(file, buffer, 0, size, offset));
}

function toText(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}
