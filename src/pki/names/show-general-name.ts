import type { GeneralName } from './general-name.ts';
import { showText } from './text.ts';

/** A general name for showing, with its form before it, as OpenSSL prints it: "DNS:acme.example", "IP:192.0.2.1". */
export function showGeneralName(name: GeneralName): string {
  switch (name.form) {
    case 'directory':
      return `DirName:${name.name.text}`;
    case 'ip':
      return `IP:${showAddress(name.octets)}`;
    case 'other':
      return OTHER_FORMS[name.tag] ?? '?';
    default:
      return `${TEXT_FORMS[name.form]}:${showText(name.text)}`;
  }
}

/** The base of a name constraint; that of addresses is an address and a mask: "IP:192.0.2.0/255.255.255.0". */
export function showConstraint(base: GeneralName): string {
  if (base.form !== 'ip') return showGeneralName(base);
  const half = base.octets.length / 2;
  return `IP:${showAddress(base.octets.subarray(0, half))}/${showAddress(base.octets.subarray(half))}`;
}

const TEXT_FORMS = { dns: 'DNS', email: 'email', uri: 'URI' } as const;

const OTHER_FORMS: Readonly<Record<number, string>> = {
  0: 'otherName',
  3: 'x400Address',
  5: 'ediPartyName',
  8: 'registeredID',
};

/** What is no address, by its length, is shown in hex. */
function showAddress(octets: Buffer): string {
  if (octets.length === 4) return octets.join('.');
  const hex = octets.toString('hex');
  return octets.length === 16 ? hex.replace(/(....)(?=.)/g, '$1:').replace(/(^|:)0{1,3}/g, '$1') : hex;
}
