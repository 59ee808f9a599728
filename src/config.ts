import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod';

/** Everything that can be set from outside (interface, "Configuration"), checked and typed. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Origin that people type, without a trailing slash; undefined: each request's own Host. */
  readonly publicUrl: string | undefined;
  /** Origin written into mails. */
  readonly mailUrl: string;
  /** Whether people reach the portal by https, so that cookies are `Secure` and named `__Host-…`. */
  readonly secure: boolean;
  readonly dataDir: string;
  /** The portal serves HTTPS itself; undefined: plain HTTP. */
  readonly tls: TlsFiles | undefined;
  readonly trustProxy: readonly string[];
  readonly timeZone: string;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly keyPassphrase: string | undefined;
  readonly caOrganization: string;
  readonly caKey: 'rsa-3072' | 'rsa-4096' | 'ec-p256' | 'ec-p384';
  readonly firstAdmin: { readonly email: string; readonly username: string; readonly password: string } | undefined;
  readonly sessionIdleMinutes: number;
  /** Requests per minute and address; 0: no limit of rate at all. */
  readonly rateLimit: number;
  /** `/metrics` is there. */
  readonly metrics: boolean;
  /** Where the nightly backups lie. */
  readonly backupFolder: string;
  /** How many nightly backups are kept; 0: none are made. */
  readonly backupKeep: number;
  /** Names that begin like the portal's settings and are none: most likely misspelt. */
  readonly unknownSettings: readonly string[];
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}

/** PEM files; `http/tls.ts` reads them at the start and again on SIGHUP. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A configuration that cannot be used; the message names the variable. */
export class ConfigError extends Error {}

const blankIsUnset = (value: unknown) => (value === '' ? undefined : value);
const setting = <T extends z.ZodType>(type: T) => z.preprocess(blankIsUnset, type);
const wholeNumber = (least: number, most: number) => {
  const must = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^[0-9]+$/, must)
    .transform(Number)
    .pipe(z.number().min(least, must).max(most, must));
};

/** One mailbox (RFC 5322 3.4), its name in quotes or without what needs them. */
const MAILBOX =
  /^(?:(?:"[^"\\\p{Cc}]+"|[^"<>()[\]\\,;:@\p{Cc}]+) ?<([^\s<>@,;:"]+@[^\s<>@,;:"]+)>|[^\s<>@,;:"]+@[^\s<>@,;:"]+)$/u;

const environment = z.object({
  PMP_HOST: setting(z.string().default('127.0.0.1')),
  PMP_PORT: setting(wholeNumber(0, 65_535).default(3000)),
  PMP_PUBLIC_URL: setting(z.string().refine(isOrigin, 'must be an origin such as https://pmp.example.org').optional()),
  PMP_DATA_DIR: setting(z.string().default('./data')),
  PMP_TLS_CERT_FILE: setting(z.string().optional()),
  PMP_TLS_KEY_FILE: setting(z.string().optional()),
  PMP_TRUST_PROXY: setting(z.string().transform(parseAddresses).optional()),
  PMP_TIME_ZONE: setting(z.string().refine(isTimeZone, 'must be a time zone such as Asia/Kolkata').default('UTC')),
  PMP_SMTP_URL: setting(
    z
      .string()
      .refine(isMailServer, 'must be an address that begins with smtp:// or smtps://')
      .refine(isWellWritten, 'may end with ?requireTLS=true and nothing else, and has % written as %25')
      .optional(),
  ),
  PMP_MAIL_FROM: setting(
    z
      .string()
      .regex(MAILBOX, 'must be a mail address, pmp@example.org or Name <pmp@example.org>')
      .default('pmp@localhost'),
  ),
  PMP_KEY_PASSPHRASE: setting(z.string().min(12, 'must have at least 12 characters').optional()),
  PMP_KEY_PASSPHRASE_FILE: setting(z.string().optional()),
  PMP_CA_ORGANIZATION: setting(z.string().max(64).default('MOSIP')),
  PMP_CA_KEY: setting(z.enum(['rsa-3072', 'rsa-4096', 'ec-p256', 'ec-p384']).default('rsa-3072')),
  PMP_ADMIN_EMAIL: setting(z.string().optional()),
  PMP_ADMIN_USERNAME: setting(z.string().optional()),
  PMP_ADMIN_PASSWORD: setting(z.string().optional()),
  PMP_SESSION_IDLE_MINUTES: setting(wholeNumber(1, 720).default(30)),
  PMP_RATE_LIMIT: setting(wholeNumber(0, 1_000_000).default(600)),
  PMP_METRICS: setting(
    z
      .enum(['0', '1'])
      .default('0')
      .transform((value) => value === '1'),
  ),
  PMP_BACKUP_DIR: setting(z.string().optional()),
  PMP_BACKUP_KEEP: setting(wholeNumber(0, 1000).default(7)),
  PMP_LOG_LEVEL: setting(z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info')),
});
type Environment = z.infer<typeof environment>;

/**
 * Turns environment variables into the configuration.
 * @throws ConfigError naming every variable that is wrong
 */
export function parseConfig(env: NodeJS.ProcessEnv): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`).join('\n'));
  }
  const values = parsed.data;
  const publicUrl = values.PMP_PUBLIC_URL === undefined ? undefined : new URL(values.PMP_PUBLIC_URL).origin;
  const tls = tlsFilesOf(values);
  return Object.freeze({
    host: values.PMP_HOST,
    port: values.PMP_PORT,
    publicUrl,
    mailUrl: publicUrl ?? `${tls === undefined ? 'http' : 'https'}://${bracketed(values.PMP_HOST)}:${values.PMP_PORT}`,
    secure: tls !== undefined || (publicUrl?.startsWith('https:') ?? false),
    dataDir: values.PMP_DATA_DIR,
    tls,
    trustProxy: values.PMP_TRUST_PROXY ?? [],
    timeZone: values.PMP_TIME_ZONE,
    smtpUrl: values.PMP_SMTP_URL,
    mailFrom: values.PMP_MAIL_FROM,
    keyPassphrase: readPassphrase(values),
    caOrganization: values.PMP_CA_ORGANIZATION,
    caKey: values.PMP_CA_KEY,
    firstAdmin: readFirstAdmin(values),
    sessionIdleMinutes: values.PMP_SESSION_IDLE_MINUTES,
    rateLimit: values.PMP_RATE_LIMIT,
    metrics: values.PMP_METRICS,
    backupFolder: values.PMP_BACKUP_DIR ?? join(values.PMP_DATA_DIR, 'backups'),
    backupKeep: values.PMP_BACKUP_KEEP,
    unknownSettings: Object.keys(env).filter((name) => /^PMP_/i.test(name) && !(name in environment.shape)),
    logLevel: values.PMP_LOG_LEVEL,
  });
}

/** The configuration of this process. */
export function loadConfig(): Config {
  return parseConfig(process.env);
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (
    ['http:', 'https:'].includes(url.protocol) &&
    url.pathname === '/' &&
    url.search + url.hash + url.username + url.password === ''
  );
}

function isMailServer(text: string): boolean {
  return /^smtps?:\/\/./.test(text) && URL.canParse(text);
}

/** What nodemailer would pass over, or read otherwise than it is meant. */
function isWellWritten(text: string): boolean {
  if (!isMailServer(text)) return true;
  const { username, password, pathname, search, hash } = new URL(text);
  const isPlain = ['', '/'].includes(pathname) && hash === '' && /^(?:\?requireTLS=(?:true|false))?$/.test(search);
  return isPlain && !/%(?![0-9a-f]{2})/i.test(username + password);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function parseAddresses(text: string, context: z.RefinementCtx): string[] {
  const addresses = text.split(',').map((address) => address.trim());
  for (const address of addresses) {
    if (!isNetwork(address)) {
      context.addIssue({
        code: 'custom',
        message: `has "${address}", which is no IP address or network (all addresses cannot be trusted)`,
      });
    }
  }
  return addresses;
}

/** An IP address, or a network such as 10.1.0.0/16; not all addresses at once, whose word on where a request comes from is worth nothing. */
function isNetwork(text: string): boolean {
  const [ip = '', bits, ...more] = text.split('/');
  const version = isIP(ip);
  if (version === 0 || more.length > 0) return false;
  return (
    bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

function readPassphrase(values: Environment): string | undefined {
  const file = values.PMP_KEY_PASSPHRASE_FILE;
  if (file === undefined) return values.PMP_KEY_PASSPHRASE;
  if (values.PMP_KEY_PASSPHRASE !== undefined) {
    throw new ConfigError('PMP_KEY_PASSPHRASE and PMP_KEY_PASSPHRASE_FILE are both set; set one');
  }
  const passphrase = readTextFile('PMP_KEY_PASSPHRASE_FILE', file).replace(/\r?\n$/, '');
  if (passphrase.length < 12) throw new ConfigError('PMP_KEY_PASSPHRASE_FILE must hold at least 12 characters');
  return passphrase;
}

function readTextFile(variable: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${variable} cannot be read: ${(error as Error).message}`);
  }
}

function tlsFilesOf(values: Environment): TlsFiles | undefined {
  const { PMP_TLS_CERT_FILE: certFile, PMP_TLS_KEY_FILE: keyFile, PMP_PUBLIC_URL: publicUrl } = values;
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined)
    throw new ConfigError('PMP_TLS_CERT_FILE and PMP_TLS_KEY_FILE go together: set both or none');
  if (publicUrl !== undefined && new URL(publicUrl).protocol !== 'https:')
    throw new ConfigError('PMP_PUBLIC_URL must begin with https:// when PMP_TLS_CERT_FILE is set');
  return { certFile, keyFile };
}

function readFirstAdmin(values: Environment): Config['firstAdmin'] {
  const { PMP_ADMIN_EMAIL: email, PMP_ADMIN_USERNAME: username, PMP_ADMIN_PASSWORD: password } = values;
  if (email === undefined && username === undefined && password === undefined) return undefined;
  if (email === undefined || username === undefined || password === undefined) {
    throw new ConfigError(
      'PMP_ADMIN_EMAIL, PMP_ADMIN_USERNAME and PMP_ADMIN_PASSWORD go together: set all three or none',
    );
  }
  return { email, username, password };
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
