/**
 * The encodings of the points of small order, little-endian hex with the sign bit clear (RFC 8032 5.1.2, 5.2.2): 0, 1, -1, for
 * edwards25519 those of order 8 as well, and the same written above the field's prime. With such a key anybody can make signatures.
 */
const SMALL_ORDER: readonly string[] = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  '00'.repeat(57),
  `01${'00'.repeat(56)}`,
  `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}00`,
  `${'ff'.repeat(28)}fe${'ff'.repeat(27)}00`,
  `${'00'.repeat(28)}${'ff'.repeat(28)}00`,
];

/** Whether an Ed25519 or Ed448 public key is a point of small order. */
export function isSmallOrder(point: Buffer): boolean {
  const plain = Buffer.from(point);
  const last = plain.length - 1;
  plain[last] = (plain[last] ?? 0) & 0x7f;
  return SMALL_ORDER.includes(plain.toString('hex'));
}
