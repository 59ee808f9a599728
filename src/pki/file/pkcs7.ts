import { Elements, type FileElements } from '../der/elements.ts';
import { Malformed } from '../der/malformed.ts';
import { parseDer } from '../der/parse.ts';
import { contextConstructed, TAG } from '../der/tags.ts';
import { onlyChild, sequenceOf } from '../der/values.ts';
import { sequence, tlv } from '../der/write.ts';

const SIGNED_DATA = Buffer.from('06092a864886f70d010702', 'hex');
const DATA = Buffer.from('06092a864886f70d010701', 'hex');

/** ContentInfo, its [0], SignedData, its [0], and the certificates, which are read by themselves later. */
const OUTLINE = 5;

/** The certificates (DER) in a PKCS#7 SignedData (RFC 2315 9.1); its signatures, if any, mean nothing here. */
export function certificatesOfPkcs7(der: Buffer, file: FileElements): readonly Buffer[] {
  try {
    const part = 'SignedData';
    const [, content] = sequenceOf(parseDer(der, { levels: OUTLINE, elements: new Elements(file) }), part);
    if (content === undefined) throw new Malformed('pkcs7-broken');
    const fields = sequenceOf(onlyChild(content, part), part);
    const certificates = fields.find((field) => field.tag === contextConstructed(0))?.children ?? [];
    return certificates.filter((each) => each.tag === TAG.sequence).map((each) => each.der);
  } catch (error) {
    throw error instanceof Malformed ? new Malformed('pkcs7-broken') : error;
  }
}

/** Composes a PKCS#7 SignedData that only carries certificates (RFC 5652 5.1, "degenerate"), in the given order. */
export function composePkcs7(certificates: readonly Buffer[]): Buffer {
  const version = tlv(TAG.integer, Buffer.from([1]));
  const none = tlv(TAG.set, Buffer.alloc(0));
  const carried = tlv(contextConstructed(0), Buffer.concat(certificates));
  const signedData = sequence(version, none, sequence(DATA), carried, none);
  return sequence(SIGNED_DATA, tlv(contextConstructed(0), signedData));
}
