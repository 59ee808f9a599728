import type { GeneralName } from '../names/general-name.ts';
import type { Name } from '../names/name.ts';

/**
 * Whether a name lies in a subtree (RFC 5280 4.2.1.10). `unreadable`: the name or the base is not what its form asks for, so
 * that nobody can tell; a certificate with such a name is refused where its form is constrained. For bases this matters
 * most where they exclude: "*.evil.example", taken literally, would exclude nothing.
 */
export type Match = 'inside' | 'outside' | 'unreadable';

/** Compares a name with the base of a subtree of the same form. `excluding`: names that merely cover part of it count too. */
export function matchName(name: GeneralName, base: GeneralName, excluding: boolean): Match {
  if (name.form === 'directory' && base.form === 'directory') return matchDirectory(name.name, base.name);
  if (name.form === 'ip' && base.form === 'ip') return matchIp(name.octets, base.octets);
  if (name.form === 'dns' && base.form === 'dns') return matchDns(name.text, base.text, excluding);
  if (name.form === 'email' && base.form === 'email') return matchEmail(name.text, base.text);
  if (name.form === 'uri' && base.form === 'uri') return matchUri(name.text, base.text);
  return 'outside';
}

function inside(yes: boolean): Match {
  return yes ? 'inside' : 'outside';
}

function matchDirectory(name: Name, base: Name): Match {
  return inside(base.rdnKeys.every((key, index) => name.rdnKeys[index] === key));
}

/** The base is an address and a mask of the same length; an address of the other family is outside. */
function matchIp(octets: Buffer, base: Buffer): Match {
  if (octets.length !== 4 && octets.length !== 16) return 'unreadable';
  if (base.length !== octets.length * 2) return 'outside';
  const mask = base.subarray(octets.length);
  return inside(
    octets.every((octet, index) => (octet & (mask[index] ?? 0)) === ((base[index] ?? 0) & (mask[index] ?? 0))),
  );
}

/** A host with anything put before it on the left is inside; a base with a leading period takes only what lies below. */
function matchDns(name: string, base: string, excluding: boolean): Match {
  if (!isHost(name.replace(/^\*\./, '')) || !(base === '' || isTree(base))) return 'unreadable';
  const host = name.toLowerCase();
  const tree = base.toLowerCase();
  if (tree === '' || host === tree || host.endsWith(tree.startsWith('.') ? tree : `.${tree}`)) return 'inside';
  // "*.example.com" stands for every host there, so an excluded "a.example.com" lies under it.
  const covers = excluding && host.startsWith('*.') && `.${tree.replace(/^\./, '')}`.endsWith(host.slice(1));
  return inside(covers);
}

/** The base is one mailbox, all of a host, or, with a leading period, all of the hosts below. Local parts keep their case. */
function matchEmail(name: string, base: string): Match {
  const at = name.lastIndexOf('@');
  const host = name.slice(at + 1).toLowerCase();
  if (at < 1 || !isHost(host)) return 'unreadable';
  const baseAt = base.lastIndexOf('@');
  if (baseAt < 0) return isTree(base) ? inside(isHostOf(host, base.toLowerCase())) : 'unreadable';
  const baseHost = base.slice(baseAt + 1).toLowerCase();
  if (baseAt === 0 || !isHost(baseHost)) return 'unreadable';
  return inside(name.slice(0, at) === base.slice(0, baseAt) && host === baseHost);
}

/** Only the host counts; it must be a name, neither missing nor an address. */
function matchUri(name: string, base: string): Match {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(name)?.[1];
  const host = authority
    ?.slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .toLowerCase();
  if (host === undefined || !isHost(host) || /^[\d.]+$/.test(host) || !isTree(base)) return 'unreadable';
  return inside(isHostOf(host, base.toLowerCase()));
}

function isHostOf(host: string, base: string): boolean {
  return base.startsWith('.') ? host.endsWith(base) : host === base;
}

/** What a base may be: one host, or, with a leading period, the hosts below; only for DNS names an empty one means every host. */
function isTree(base: string): boolean {
  return isHost(base.replace(/^\./, ''));
}

/** Labels of letters, digits, hyphens and underscores, without an empty one (RFC 1034 3.5, and the underscore of practice). */
function isHost(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/i.test(text);
}
