import { codeSegment, type DynamicEntry, dynamicOf, loadedSegments, number, offsetOf, only, textAt } from './elf.ts';

/*
 * Node asks for libatomic.so.1 because of one function, which V8 calls with operands of eight bytes that the compiler could not prove to be
 * aligned. A bare Debian has no libatomic. The function is a single instruction on x86-64, so it is put into the program itself: into
 * the unused end of the last page of its code. Then nothing of libatomic is asked for any more. See docs/decisions/0020-one-file.md.
 */
const LIBRARY = 'libatomic.so.1';
const FUNCTION = '__atomic_compare_exchange';

/** bool __atomic_compare_exchange(size_t size, void *object, void *expected, void *desired, int, int), System V calling convention. */
const CODE = Buffer.from(
  [
    '48 83 ff 08', //    cmp   $8, %rdi
    '75 12', //          jne   trap
    '48 8b 02', //       mov   (%rdx), %rax
    '48 8b 09', //       mov   (%rcx), %rcx
    'f0 48 0f b1 0e', // lock cmpxchg %rcx, (%rsi)    sequentially consistent, whatever order is asked for
    '48 89 02', //       mov   %rax, (%rdx)           what was there; the same as before where it was as expected
    '0f 94 c0', //       sete  %al
    'c3', //             ret
    '0f 0b', //    trap: ud2                          another size: end at once; checkSizes makes sure that it never comes
  ]
    .join(' ')
    .replace(/[^0-9a-f]/g, ''),
  'hex',
);

const DT = {
  NEEDED: 1,
  STRTAB: 5,
  SYMTAB: 6,
  JMPREL: 23,
  PLTRELSZ: 2,
  VERNEED: 0x6ffffffe,
  VERNEEDNUM: 0x6fffffff,
  VERSYM: 0x6ffffff0,
};
const SYMBOL = 24;

/** Frees a program from libatomic, in place. @throws where it is not asked for in the one way that is known */
export function carryAtomic(elf: Buffer): void {
  const dynamic = dynamicOf(elf);
  const at = (tag: number) => offsetOf(elf, value(dynamic, tag));
  const strings = at(DT.STRTAB);
  const relocation = findRelocation(elf, at(DT.JMPREL), value(dynamic, DT.PLTRELSZ), at(DT.SYMTAB), strings);
  checkSizes(elf, relocation.slot);
  const address = appendCode(elf);
  defineSymbol(elf, at(DT.SYMTAB) + relocation.symbol * SYMBOL, address);
  elf.writeUInt16LE(1, at(DT.VERSYM) + relocation.symbol * 2);
  removeVersions(elf, dynamic, at(DT.VERNEED), strings);
  removeNeeded(elf, dynamic, strings);
}

function value(dynamic: readonly DynamicEntry[], tag: number): number {
  return only(dynamic.filter((entry) => entry.tag === tag)).value;
}

/** The symbol's number, and the address of the slot through which it is called. */
function findRelocation(elf: Buffer, first: number, size: number, symbols: number, strings: number) {
  const R_X86_64_JUMP_SLOT = 7;
  const found: { symbol: number; slot: number }[] = [];
  for (let at = first; at < first + size; at += 24) {
    const symbol = elf.readUInt32LE(at + 12);
    const name = textAt(elf, strings + elf.readUInt32LE(symbols + symbol * SYMBOL));
    if (name === FUNCTION && elf.readUInt32LE(at + 8) === R_X86_64_JUMP_SLOT)
      found.push({ symbol, slot: number(elf, at) });
  }
  return only(found);
}

/** Makes sure that every call asks for eight bytes: shortly before it stands `mov $8, %edi`. */
function checkSizes(elf: Buffer, slot: number): void {
  const { offset, fileSize, address } = codeSegment(elf);
  const code = elf.subarray(offset, offset + fileSize);
  const stubs = callers(code, address, [0xff, 0x25], slot);
  const calls = callers(code, address, [0xe8], address + only(stubs));
  const sizes = calls.map((call) => {
    const before = code.subarray(call - 48, call);
    const load = before.lastIndexOf(0xbf);
    return load === -1 || load > 43 ? undefined : before.readUInt32LE(load + 1);
  });
  if (calls.length === 0 || sizes.some((size) => size !== 8))
    throw new Error(`${FUNCTION} is called with operands of ${sizes.join(', ')} bytes; only 8 is carried`);
}

/** Where in the code an instruction with a relative operand refers to an address. */
function callers(code: Buffer, start: number, instruction: readonly number[], target: number): number[] {
  const pattern = Buffer.from(instruction);
  const found: number[] = [];
  for (let at = code.indexOf(pattern); at !== -1 && at + 6 <= code.length; at = code.indexOf(pattern, at + 1)) {
    const end = at + pattern.length + 4;
    if (start + end + code.readInt32LE(end - 4) === target) found.push(at);
  }
  return found;
}

/** Puts the function behind the code, where the rest of the page is unused. @returns its address */
function appendCode(elf: Buffer): number {
  const code = codeSegment(elf);
  const end = (code.offset + code.fileSize + 15) & ~15;
  const next = Math.min(
    ...loadedSegments(elf)
      .map(({ offset }) => offset)
      .filter((offset) => offset > code.offset),
  );
  const room = elf.subarray(end, end + CODE.length);
  if (code.fileSize !== code.memorySize || end + CODE.length > next || room.some((byte) => byte !== 0))
    throw new Error('there is no room behind the code');
  CODE.copy(elf, end);
  const size = BigInt(end + CODE.length - code.offset);
  elf.writeBigUInt64LE(size, code.header + 32);
  elf.writeBigUInt64LE(size, code.header + 40);
  return end - code.offset + code.address;
}

/** A hidden symbol is not looked for elsewhere (System V ABI, "Symbol visibility"). */
function defineSymbol(elf: Buffer, at: number, address: number): void {
  const [STV_HIDDEN, SHN_ABS] = [2, 0xfff1];
  elf.writeUInt8(STV_HIDDEN, at + 5);
  elf.writeUInt16LE(SHN_ABS, at + 6);
  elf.writeBigUInt64LE(BigInt(address), at + 8);
  elf.writeBigUInt64LE(BigInt(CODE.length), at + 16);
}

/** Takes the library out of the list of versions that are asked for: its entry becomes what the one behind it was. */
function removeVersions(elf: Buffer, dynamic: readonly DynamicEntry[], first: number, strings: number): void {
  let here = first;
  while (textAt(elf, strings + elf.readUInt32LE(here + 4)) !== LIBRARY) here = nextVersions(elf, here);
  const next = nextVersions(elf, here);
  const moved = next - here;
  elf.copy(elf, here, next, next + 16);
  elf.writeUInt32LE(moved + elf.readUInt32LE(next + 8), here + 8);
  const step = elf.readUInt32LE(next + 12);
  elf.writeUInt32LE(step === 0 ? 0 : moved + step, here + 12);
  const count = only(dynamic.filter(({ tag }) => tag === DT.VERNEEDNUM));
  elf.writeBigUInt64LE(BigInt(count.value - 1), count.at + 8);
}

function nextVersions(elf: Buffer, at: number): number {
  const step = elf.readUInt32LE(at + 12);
  if (step === 0) throw new Error(`${LIBRARY} is not in the list of versions, or stands last`);
  return at + step;
}

/** Takes the library out of the list of those that are loaded: what stands behind it moves up. */
function removeNeeded(elf: Buffer, dynamic: readonly DynamicEntry[], strings: number): void {
  const { at } = only(
    dynamic.filter(({ tag, value }) => tag === DT.NEEDED && textAt(elf, strings + value) === LIBRARY),
  );
  const end = (dynamic.at(-1)?.at ?? 0) + 16;
  elf.copy(elf, at, at + 16, end);
  elf.fill(0, end - 16, end);
}
