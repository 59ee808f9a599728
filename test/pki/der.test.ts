import { describe, expect, it } from 'vitest';
import { catchMalformed } from '../../src/pki/der/malformed.ts';
import { parseDer } from '../../src/pki/der/parse.ts';
import { readTime } from '../../src/pki/der/time.ts';
import { integerHex, oidText, readCount, readNamedBits } from '../../src/pki/der/values.ts';
import { derTlv, oidBytes } from '../support/der.ts';

function verdict(hex: string): string {
  const read = catchMalformed(() => parseDer(Buffer.from(hex, 'hex')));
  return read.ok ? 'ok' : read.fault.name.replace('certificate-', '');
}

const ascii = (text: string) => Buffer.from(text, 'latin1').toString('hex');
const time = (tag: number, text: string) => {
  const read = catchMalformed(() => readTime(parseDer(derTlv(tag, Buffer.from(text, 'latin1'))), 'notAfter'));
  return read.ok ? new Date(read.value).toISOString() : read.fault.name;
};

describe('strict DER', () => {
  it.each([
    ['3000', 'ok'],
    ['30', 'cut-off'],
    ['', 'cut-off'],
    ['3001', 'cut-off'],
    ['300000', 'trailing-bytes'],
    ['30020500', 'ok'],
    ['30010500', 'trailing-bytes'],
    ['300305', 'cut-off'],
    ['30030500', 'cut-off'],
  ])('has one element, whole, and nothing behind it: %s', (hex, expected) => {
    expect(verdict(hex)).toBe(expected);
  });

  it.each([
    ['3080' + '0000', 'not-der'],
    ['30810100', 'not-der'],
    [`3081${'7f'}${'04'}7d${'00'.repeat(125)}`, 'not-der'],
    [`308180${'04'}7e${'00'.repeat(126)}`, 'ok'],
    [`30820080${'04'}7e${'00'.repeat(126)}`, 'not-der'],
    ['3085000000000100', 'not-der'],
    ['3084ffffffff', 'cut-off'],
    ['1f8101' + '00', 'not-der'],
    ['30ff00', 'not-der'],
  ])('has the shortest definite lengths and low tags: %s', (hex, expected) => {
    expect(verdict(hex)).toBe(expected);
  });

  it.each([
    ['010100', 'ok'],
    ['0101ff', 'ok'],
    ['010101', 'not-der'],
    ['0100', 'not-der'],
    ['020100', 'ok'],
    ['0200', 'not-der'],
    ['0202007f', 'not-der'],
    ['02020080', 'ok'],
    ['0202ff80', 'not-der'],
    ['0202ff7f', 'ok'],
    ['030100', 'ok'],
    ['0300', 'not-der'],
    ['030101', 'not-der'],
    ['03020780', 'ok'],
    ['03020781', 'not-der'],
    ['030208ff', 'not-der'],
    ['0500', 'ok'],
    ['050100', 'not-der'],
    ['0600', 'not-der'],
    ['06028001', 'not-der'],
    ['06022a80', 'not-der'],
    ['0603550403', 'ok'],
    ['0c02c3a9', 'ok'],
    ['0c01e9', 'not-der'],
    ['160180', 'not-der'],
    ['1e020041', 'ok'],
    ['1e0100', 'not-der'],
    ['1c0400000041', 'ok'],
    ['1c020041', 'not-der'],
    ['2403040100', 'not-der'],
    ['2c030c0141', 'not-der'],
    ['1000', 'not-der'],
    ['1100', 'not-der'],
    ['0000', 'not-der'],
    ['3106020101020102', 'ok'],
    ['3106020102020101', 'not-der'],
  ])('has one form for each value: %s', (hex, expected) => {
    expect(verdict(hex)).toBe(expected);
  });

  it('is nested up to 32 deep', () => {
    const nested = (depth: number) => {
      let der: Buffer = Buffer.alloc(0);
      for (let level = 0; level < depth; level += 1) der = derTlv(0x30, der);
      return der.toString('hex');
    };
    expect(verdict(nested(32))).toBe('ok');
    expect(verdict(nested(33))).toBe('too-deep');
    expect(verdict(nested(20_000))).toBe('too-deep');
  });
});

describe('times', () => {
  it.each([
    [0x17, '261124120000Z', '2026-11-24T12:00:00.000Z'],
    [0x17, '500101000000Z', '1950-01-01T00:00:00.000Z'],
    [0x17, '491231235959Z', '2049-12-31T23:59:59.000Z'],
    [0x18, '20491231235959Z', '2049-12-31T23:59:59.000Z'],
    [0x18, '20500101000000Z', '2050-01-01T00:00:00.000Z'],
    [0x18, '99991231235959Z', '9999-12-31T23:59:59.000Z'],
    [0x18, '00010101000000Z', '0001-01-01T00:00:00.000Z'],
    [0x17, '280229000000Z', '2028-02-29T00:00:00.000Z'],
  ])('%i %s', (tag, text, expected) => {
    expect(time(tag, text)).toBe(expected);
  });

  it.each([
    [0x17, '2611241200Z'],
    [0x17, '261124120000+0100'],
    [0x17, '261124120000'],
    [0x17, '270229000000Z'],
    [0x17, '261324000000Z'],
    [0x17, '260001000000Z'],
    [0x17, '260100000000Z'],
    [0x17, '260431000000Z'],
    [0x17, '260101240000Z'],
    [0x17, '260101006000Z'],
    [0x17, '260101000060Z'],
    [0x17, '20261124120000Z'],
    [0x18, '20261124120000.5Z'],
    [0x18, '21000229000000Z'],
    [0x13, '261124120000Z'],
  ])('%i %s is none', (tag, text) => {
    expect(time(tag, text)).toBe('certificate-malformed');
    expect(ascii(text)).not.toBe('');
  });
});

describe('values', () => {
  it.each([
    '0.9.2342.19200300.100.1.1',
    '1.2.840.113549.1.1.11',
    '2.5.29.32.0',
    '2.5.4.3',
    '1.3.6.1.4.1.99999.18446744073709551616',
  ])('reads object identifier %s', (oid) => {
    const last = BigInt(oid.split('.').at(-1) ?? '0');
    const bytes =
      last < 2n ** 53n ? oidBytes(oid).subarray(2) : Buffer.from('2b06010401868d1f82808080808080808000', 'hex');
    expect(oidText(bytes, 'x')).toBe(oid);
  });

  it('reads object identifiers with numbers of any size, exactly', () => {
    const base128 = (value: bigint): number[] =>
      value < 128n ? [Number(value)] : [...base128(value >> 7n).map((octet) => octet | 0x80), Number(value & 127n)];
    const around = (value: bigint) => [value - 1n, value, value + 1n];
    const numbers = [1n, 127n, 128n, ...[46n, 53n, 54n, 60n, 64n, 200n].flatMap((bits) => around(2n ** bits))];
    for (const number of numbers) {
      expect(oidText(Buffer.from([0x2a, ...base128(number), 3]), 'x')).toBe(`1.2.${number}.3`);
      expect(oidText(Buffer.from(base128(number + 80n)), 'x')).toBe(`2.${number}`);
    }
    expect(['00', '27', '28', '4f', '50', '77', '78'].map((hex) => oidText(Buffer.from(hex, 'hex'), 'x'))).toEqual([
      '0.0',
      '0.39',
      '1.0',
      '1.39',
      '2.0',
      '2.39',
      '2.40',
    ]);
  });

  it('refuses object identifiers of endless length', () => {
    expect(catchMalformed(() => oidText(Buffer.alloc(129, 1), 'x')).ok).toBe(false);
  });

  it('shows integers as hex with their sign', () => {
    expect(['00', '7f', '0080', '80', 'ff', 'ff7f'].map((hex) => integerHex(Buffer.from(hex, 'hex')))).toEqual([
      '00',
      '7f',
      '80',
      '-80',
      '-1',
      '-81',
    ]);
  });

  it('reads counts that are not negative, large ones as very large', () => {
    const count = (hex: string) => {
      const read = catchMalformed(() => readCount(Buffer.from(hex, 'hex'), 'x'));
      return read.ok ? read.value : null;
    };
    expect(['00', '7f', '00ff', '7fffffff', '0080000000', `7f${'ff'.repeat(40)}`, '80', ''].map(count)).toEqual([
      0,
      127,
      255,
      0x7fffffff,
      0x7fffffff,
      0x7fffffff,
      null,
      null,
    ]);
  });

  it('reads named bits without zeros at the end', () => {
    const bits = (hex: string) => {
      const read = catchMalformed(() => readNamedBits(parseDer(Buffer.from(hex, 'hex')), 'x'));
      return read.ok ? read.value : null;
    };
    expect([bits('03020780'), bits('03020106'), bits('0303070080'), bits('030100'), bits('03020080')]).toEqual([
      [0],
      [5, 6],
      [8],
      [],
      null,
    ]);
  });
});
