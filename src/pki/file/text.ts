/** The text of a file, for looking for PEM blocks: UTF-8 or ISO 8859-1, or UTF-16 where a byte order mark says so. */
export function fileText(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe') return bytes.toString('utf16le', 2);
  if (mark === 'feff') return swapped(bytes.subarray(2)).toString('utf16le');
  return bytes.toString('latin1');
}

function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();
}

/** Whether the text holds a private key: an armoured one of any kind (whole or not), a PuTTY file, or a JSON Web Key. */
export function holdsPrivateKey(text: string): boolean {
  if (/BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/.test(text) || /PuTTY-User-Key-File-\d/.test(text)) return true;
  return /"kty"\s{0,20}:/.test(text) && /"d"\s{0,20}:/.test(text);
}

/** Whether it is a web page, as one gets when a download asked for a sign-in. */
export function isHtml(text: string): boolean {
  return /^(?:\u00ef\u00bb\u00bf)?\s*(?:<!--[^>]*-->\s*)?<(?:!doctype html|html|head|body)\b/i.test(
    text.slice(0, 2000),
  );
}
