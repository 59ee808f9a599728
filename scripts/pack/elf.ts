/** What of the ELF format (64 bits, little-endian) packing needs; names and layouts as in elf.h. Every number is an offset in the file unless it says address. */

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PF_X = 1;
const SHF_ALLOC = 2;
const SECTION_HEADER = 64;

export interface Segment {
  /** Where its header is. */
  readonly header: number;
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

export interface DynamicEntry {
  readonly at: number;
  readonly tag: number;
  readonly value: number;
}

/** @throws for what is not an x86-64 program that is loaded where it says, as Node's own are */
export function checkProgram(elf: Buffer): void {
  const [ET_EXEC, EM_X86_64] = [2, 62];
  const known = elf.subarray(0, 6).equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]));
  if (!known || elf.readUInt16LE(16) !== ET_EXEC || elf.readUInt16LE(18) !== EM_X86_64)
    throw new Error('packing knows Node for Linux on x86-64 only');
}

export function segmentsOf(elf: Buffer): Segment[] {
  const first = number(elf, 32);
  return Array.from({ length: elf.readUInt16LE(56) }, (_, index) => {
    const header = first + index * elf.readUInt16LE(54);
    return {
      header,
      type: elf.readUInt32LE(header),
      flags: elf.readUInt32LE(header + 4),
      offset: number(elf, header + 8),
      address: number(elf, header + 16),
      fileSize: number(elf, header + 32),
      memorySize: number(elf, header + 40),
    };
  });
}

export const loadedSegments = (elf: Buffer) => segmentsOf(elf).filter(({ type }) => type === PT_LOAD);
export const codeSegment = (elf: Buffer) => only(loadedSegments(elf).filter(({ flags }) => (flags & PF_X) !== 0));

/** Where in the file lies what is loaded at an address. */
export function offsetOf(elf: Buffer, address: number): number {
  const segment = only(
    loadedSegments(elf).filter((each) => address >= each.address && address < each.address + each.fileSize),
  );
  return address - segment.address + segment.offset;
}

/** The dynamic section, up to the entry that ends it. */
export function dynamicOf(elf: Buffer): DynamicEntry[] {
  const { offset, fileSize } = only(segmentsOf(elf).filter(({ type }) => type === PT_DYNAMIC));
  const entries: DynamicEntry[] = [];
  for (let at = offset; at < offset + fileSize; at += 16) {
    const tag = number(elf, at);
    entries.push({ at, tag, value: number(elf, at + 8) });
    if (tag === 0) return entries;
  }
  throw new Error('the dynamic section has no end');
}

/** The text at an offset, up to the zero that ends it. */
export function textAt(elf: Buffer, at: number): string {
  return elf.toString('latin1', at, elf.indexOf(0, at));
}

/** What `strip` does: everything goes that is not loaded, and the list of sections names only what is. */
export function strip(elf: Buffer): Buffer {
  const end = Math.max(...loadedSegments(elf).map(({ offset, fileSize }) => offset + fileSize));
  const all = sectionHeaders(elf);
  const names = all[elf.readUInt16LE(62)];
  if (names === undefined) throw new Error('the sections have no names');
  const kept = all.filter((header, index) => index === 0 || header === names || (number(header, 8) & SHF_ALLOC) !== 0);
  const texts = elf.subarray(number(names, 24), number(names, 24) + number(names, 32));
  const padding = Buffer.alloc(-(end + texts.length) & 7);
  const headers = kept.map((header) => {
    const copy = Buffer.from(header);
    copy.writeUInt32LE(Math.max(kept.indexOf(all[header.readUInt32LE(40)] ?? header), 0), 40);
    if (header === names) copy.writeBigUInt64LE(BigInt(end), 24);
    return copy;
  });
  const stripped = Buffer.concat([elf.subarray(0, end), texts, padding, ...headers]);
  stripped.writeBigUInt64LE(BigInt(end + texts.length + padding.length), 40);
  stripped.writeUInt16LE(headers.length, 60);
  stripped.writeUInt16LE(kept.indexOf(names), 62);
  return stripped;
}

function sectionHeaders(elf: Buffer): Buffer[] {
  const first = number(elf, 40);
  return Array.from({ length: elf.readUInt16LE(60) }, (_, index) =>
    elf.subarray(first + index * SECTION_HEADER, first + (index + 1) * SECTION_HEADER),
  );
}

export function number(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

export function only<T>(found: readonly T[]): T {
  const [one, ...more] = found;
  if (one === undefined || more.length > 0) throw new Error(`expected one, found ${found.length}`);
  return one;
}
