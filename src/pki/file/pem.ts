/** One PEM block (RFC 7468): its label and its content; `content` is undefined when it is not base64. */
export interface PemBlock {
  readonly label: string;
  readonly content: Buffer | undefined;
}

const BEGIN = '-----BEGIN ';
const END = '-----END ';
const DASHES = '-----';
const MAX_LABEL = 64;

/**
 * Finds the PEM blocks of a text, with anything before, between and after them. A block without its end line is the last one
 * found, and has no content. Takes time in proportion to the text, whatever it holds.
 */
export function findPemBlocks(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  for (let at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at)) {
    const label = readLabel(text, at + BEGIN.length);
    if (label === undefined) {
      at += BEGIN.length;
      continue;
    }
    const start = at + BEGIN.length + label.length + DASHES.length;
    const endLine = `${END}${label}${DASHES}`;
    const end = text.indexOf(endLine, start);
    blocks.push({ label, content: end < 0 ? undefined : decodeBody(text.slice(start, end)) });
    if (end < 0) break;
    at = end + endLine.length;
  }
  return blocks;
}

function readLabel(text: string, start: number): string | undefined {
  const head = text.slice(start, start + MAX_LABEL + DASHES.length);
  const end = head.indexOf(DASHES);
  const label = head.slice(0, Math.max(end, 0));
  return end >= 0 && /^[\x20-\x7e]*$/.test(label) ? label : undefined;
}

/** Header lines in the manner of RFC 1421 ("Proc-Type: …") end with an empty line and are passed over. */
function decodeBody(body: string): Buffer | undefined {
  const hasHeaders = /^\s*[A-Za-z][\w-]*:/.test(body.slice(0, 200));
  const headersEnd = hasHeaders ? /\r?\n[ \t]*\r?\n/.exec(body) : null;
  const base64 = (headersEnd === null ? body : body.slice(headersEnd.index)).replace(/\s+/g, '');
  const fits = base64.length > 0 && base64.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(base64);
  return fits ? Buffer.from(base64, 'base64') : undefined;
}

/** Puts PEM armour around DER: lines of 64 characters, a line feed after each. */
export function armour(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `${BEGIN}${label}${DASHES}\n${lines.join('\n')}\n${END}${label}${DASHES}\n`;
}
