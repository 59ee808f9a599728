import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { Server, type ServerOptions } from 'node:https';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { ConfigError, type TlsFiles } from '../config.ts';
import { now } from '../lib/clock.ts';
import { listenersOf } from './listeners.ts';

/** What the portal serves HTTPS with. */
export interface Tls {
  /** For `https.createServer`, and for `setSecureContext` of a server that runs. */
  readonly options: ServerOptions;
  /** UTC ms; the first of the chain to end. */
  readonly endsAt: number;
  /** Everybody on the host can read the file of the key; its group may. */
  readonly keyIsExposed: boolean;
  /** Whether browsers take the certificate for that of a host: a name or an IP address, in brackets where of version 6. */
  readonly isFor: (host: string) => boolean;
}

/** TLS 1.2 with forward secrecy and authenticated encryption alone, and all of TLS 1.3 (ASVS 12.1.1, 12.1.2; Mozilla's "intermediate"). */
const PROTOCOL: ServerOptions = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
  ].join(':'),
};

/**
 * Reads the certificate chain (PEM, the server's own first) and its private key (PEM, not encrypted).
 * @throws ConfigError naming the variable: a file that cannot be read, a certificate out of date, a key that is not the certificate's
 */
export function readTls({ certFile, keyFile }: TlsFiles): Tls {
  const cert = read('PMP_TLS_CERT_FILE', certFile);
  const key = read('PMP_TLS_KEY_FILE', keyFile);
  const chain = chainOf(cert);
  for (const each of chain) refuseOutOfDate(each);
  const [own] = chain;
  if (own?.checkPrivateKey(keyOf(key)) !== true)
    throw new ConfigError('PMP_TLS_KEY_FILE is not the key of the first certificate in PMP_TLS_CERT_FILE');
  const options = { ...PROTOCOL, cert, key };
  refuseWeak(options);
  return {
    options,
    endsAt: Math.min(...chain.map((each) => each.validToDate.getTime())),
    keyIsExposed: (statSync(keyFile).mode & 0o007) !== 0,
    isFor: (host) => {
      const ip = host.replace(/^\[|\]$/g, '');
      // The common name has not counted for long (RFC 9525 2).
      return (isIP(ip) > 0 ? own.checkIP(ip) : own.checkHost(host, { subject: 'never' })) !== undefined;
    },
  };
}

/**
 * Reads the files again, for connections from now on: a renewed certificate is served without a restart. A pair that cannot be used is
 * logged, and the present one stays.
 */
export function reloadTls(app: FastifyInstance, files: TlsFiles): void {
  const { log } = app;
  try {
    const tls = readTls(files);
    for (const server of listenersOf(app)) if (server instanceof Server) server.setSecureContext(tls.options);
    tellOfTls(log, tls);
  } catch (error) {
    log.error(`the HTTPS certificate stays as it was: ${(error as Error).message}`);
  }
}

/** Says in the log until when HTTPS works, and warns of a key that others can read. */
export function tellOfTls(log: FastifyBaseLogger, { endsAt, keyIsExposed }: Tls): void {
  log.info({ until: new Date(endsAt).toISOString() }, 'HTTPS certificate in use');
  if (keyIsExposed) log.warn('everybody on this host can read PMP_TLS_KEY_FILE; give it mode 0600 or 0640');
}

function read(variable: string, file: string): string {
  try {
    // A pipe or a device would hold up everybody until somebody writes into it, or for ever.
    if (!statSync(file).isFile()) throw new Error(`${file} is not a file`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${variable} cannot be read: ${(error as Error).message}`);
  }
}

function chainOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new ConfigError('PMP_TLS_CERT_FILE holds no PEM certificate');
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    throw new ConfigError('PMP_TLS_CERT_FILE holds a certificate that cannot be read');
  }
}

function keyOf(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // OpenSSL's own words would help nobody.
    const why = /ENCRYPTED/.test(pem)
      ? 'is encrypted: it must be there without a passphrase'
      : 'holds no PEM private key';
    throw new ConfigError(`PMP_TLS_KEY_FILE ${why}`);
  }
}

function refuseOutOfDate({ subject, validFromDate, validToDate }: X509Certificate): void {
  const [name] = subject.split('\n').slice(-1);
  if (validToDate.getTime() < now())
    throw new ConfigError(`PMP_TLS_CERT_FILE: the certificate of ${name} ended on ${validToDate.toISOString()}`);
  if (validFromDate.getTime() > now())
    throw new ConfigError(`PMP_TLS_CERT_FILE: the certificate of ${name} is valid from ${validFromDate.toISOString()}`);
}

/** OpenSSL refuses keys and signatures that are too weak for it; better now than at the first browser. */
function refuseWeak(options: ServerOptions): void {
  try {
    createSecureContext(options);
  } catch (error) {
    throw new ConfigError(`PMP_TLS_CERT_FILE, PMP_TLS_KEY_FILE cannot be used: ${(error as Error).message}`);
  }
}
