import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, parseConfig } from '../src/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'pmp-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const file = join(folder, `${text.length}.txt`);
  writeFileSync(file, text);
  return file;
}

/** What the start would say of these variables. */
function complaint(env: Record<string, string>): string {
  try {
    parseConfig(env);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
}

test('every default is the one of the interface', () => {
  expect(parseConfig({})).toEqual({
    host: '127.0.0.1',
    port: 3000,
    publicUrl: undefined,
    mailUrl: 'http://127.0.0.1:3000',
    secure: false,
    dataDir: './data',
    tls: undefined,
    trustProxy: [],
    timeZone: 'UTC',
    smtpUrl: undefined,
    mailFrom: 'pmp@localhost',
    keyPassphrase: undefined,
    caOrganization: 'MOSIP',
    caKey: 'rsa-3072',
    firstAdmin: undefined,
    sessionIdleMinutes: 30,
    rateLimit: 600,
    metrics: false,
    backupFolder: 'data/backups',
    backupKeep: 7,
    unknownSettings: [],
    logLevel: 'info',
  });
});

test('an empty variable is one that is not set, and nobody changes the configuration later', () => {
  const names = ['HOST', 'PORT', 'PUBLIC_URL', 'DATA_DIR', 'TRUST_PROXY', 'TIME_ZONE', 'SMTP_URL', 'MAIL_FROM'];
  const more = ['KEY_PASSPHRASE', 'KEY_PASSPHRASE_FILE', 'CA_ORGANIZATION', 'CA_KEY', 'ADMIN_EMAIL', 'ADMIN_USERNAME'];
  const last = [
    'TLS_CERT_FILE',
    'TLS_KEY_FILE',
    'ADMIN_PASSWORD',
    'SESSION_IDLE_MINUTES',
    'RATE_LIMIT',
    'METRICS',
    'LOG_LEVEL',
  ];
  const empty = Object.fromEntries([...names, ...more, ...last].map((name) => [`PMP_${name}`, '']));
  expect(parseConfig(empty)).toEqual(parseConfig({}));
  expect(Object.isFrozen(parseConfig({}))).toBe(true);
});

describe('a variable is taken', () => {
  test.each<[Record<string, string>, object]>([
    [
      { PMP_HOST: '0.0.0.0', PMP_PORT: '8080' },
      { host: '0.0.0.0', port: 8080, mailUrl: 'http://0.0.0.0:8080' },
    ],
    [{ PMP_HOST: '::1' }, { mailUrl: 'http://[::1]:3000' }],
    [{ PMP_PORT: '0' }, { port: 0 }],
    [{ PMP_PORT: '65535' }, { port: 65535 }],
    [
      { PMP_PUBLIC_URL: 'https://pmp.example.org/' },
      { publicUrl: 'https://pmp.example.org', mailUrl: 'https://pmp.example.org', secure: true },
    ],
    [{ PMP_PUBLIC_URL: 'HTTPS://PMP.example.org:443' }, { publicUrl: 'https://pmp.example.org', secure: true }],
    [{ PMP_PUBLIC_URL: 'http://10.1.2.3:8080' }, { publicUrl: 'http://10.1.2.3:8080', secure: false }],
    [
      { PMP_TLS_CERT_FILE: '/c.pem', PMP_TLS_KEY_FILE: '/k.pem' },
      { tls: { certFile: '/c.pem', keyFile: '/k.pem' }, secure: true, mailUrl: 'https://127.0.0.1:3000' },
    ],
    [{ PMP_TRUST_PROXY: '10.0.0.1, 10.1.0.0/16,::1/128' }, { trustProxy: ['10.0.0.1', '10.1.0.0/16', '::1/128'] }],
    [{ PMP_TIME_ZONE: 'Asia/Kolkata' }, { timeZone: 'Asia/Kolkata' }],
    [{ PMP_SMTP_URL: 'smtps://user:pass@mail.example:465' }, { smtpUrl: 'smtps://user:pass@mail.example:465' }],
    ...['PMP <pmp@authority.example>', 'Über Örg <a@b.example>', '"One, Two" <a@b.example>'].map(
      (mailFrom): [Record<string, string>, object] => [{ PMP_MAIL_FROM: mailFrom }, { mailFrom }],
    ),
    ...['smtp://mail.example:25/?requireTLS=true', 'smtp://u:p%25@mail.example?requireTLS=false'].map(
      (smtpUrl): [Record<string, string>, object] => [{ PMP_SMTP_URL: smtpUrl }, { smtpUrl }],
    ),
    [{ PMP_KEY_PASSPHRASE: 'twelve chars' }, { keyPassphrase: 'twelve chars' }],
    [
      { PMP_CA_KEY: 'ec-p384', PMP_CA_ORGANIZATION: 'Authority' },
      { caKey: 'ec-p384', caOrganization: 'Authority' },
    ],
    [{ PMP_SESSION_IDLE_MINUTES: '1' }, { sessionIdleMinutes: 1 }],
    [{ PMP_SESSION_IDLE_MINUTES: '720' }, { sessionIdleMinutes: 720 }],
    [{ PMP_RATE_LIMIT: '0' }, { rateLimit: 0 }],
    [{ PMP_METRICS: '1' }, { metrics: true }],
    [{ PMP_METRICS: '0' }, { metrics: false }],
    [{ PMP_LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
    [
      { PMP_ADMIN_EMAIL: 'a@b.example', PMP_ADMIN_USERNAME: 'ada', PMP_ADMIN_PASSWORD: 'any' },
      { firstAdmin: { email: 'a@b.example', username: 'ada', password: 'any' } },
    ],
  ])('%j', (env, expected) => expect(parseConfig(env)).toMatchObject(expected));

  test('a passphrase from a file, its last line end left out', () => {
    expect(parseConfig({ PMP_KEY_PASSPHRASE_FILE: fileOf('a pass phrase\r\n') }).keyPassphrase).toBe('a pass phrase');
    expect(parseConfig({ PMP_KEY_PASSPHRASE_FILE: fileOf(' spaces stay  \n') }).keyPassphrase).toBe(' spaces stay  ');
  });
});

describe('a wrong one stops the start and is named', () => {
  test.each<[string, string, string]>([
    ['PMP_PORT', '65536', 'a whole number from 0 to 65535'],
    ['PMP_PORT', '-1', 'whole number'],
    ['PMP_PORT', '80a', 'whole number'],
    ['PMP_PORT', '1e3', 'whole number'],
    ['PMP_PUBLIC_URL', 'pmp.example.org', 'an origin such as'],
    ['PMP_PUBLIC_URL', 'ftp://pmp.example.org', 'an origin such as'],
    ['PMP_PUBLIC_URL', 'https://pmp.example.org/portal', 'an origin such as'],
    ['PMP_PUBLIC_URL', 'https://pmp.example.org/?x=1', 'an origin such as'],
    ['PMP_PUBLIC_URL', 'https://user@pmp.example.org', 'an origin such as'],
    ['PMP_PUBLIC_URL', 'https://:secret@pmp.example.org', 'an origin such as'],
    ['PMP_TRUST_PROXY', 'proxy.example', '"proxy.example"'],
    ['PMP_TRUST_PROXY', '10.0.0.1,', '""'],
    ['PMP_TRUST_PROXY', '10.0.0.0/33', '"10.0.0.0/33"'],
    ['PMP_TRUST_PROXY', '0.0.0.0/0', '"0.0.0.0/0"'],
    ['PMP_TRUST_PROXY', '::/0', '"::/0"'],
    ['PMP_TRUST_PROXY', '::1/129', '"::1/129"'],
    ['PMP_TRUST_PROXY', '10.0.0.0/8/8', '"10.0.0.0/8/8"'],
    ['PMP_TRUST_PROXY', '10.0.0.0/', '"10.0.0.0/"'],
    ['PMP_TIME_ZONE', 'Mars/Olympus', 'a time zone such as'],
    ['PMP_SMTP_URL', 'mail.example', 'smtp:// or smtps://'],
    ['PMP_SMTP_URL', 'http://mail.example', 'smtp:// or smtps://'],
    ['PMP_SMTP_URL', 'smtp://mail.example:port', 'smtp:// or smtps://'],
    ['PMP_SMTP_URL', 'smtp://mail.example/path', 'requireTLS'],
    ['PMP_SMTP_URL', 'smtp://mail.example?requiretls=true', 'requireTLS'],
    ['PMP_SMTP_URL', 'smtp://mail.example?requireTLS=yes', 'requireTLS'],
    ['PMP_SMTP_URL', 'smtp://u:p%zz@mail.example', '%25'],
    ['PMP_MAIL_FROM', 'nobody', 'a mail address'],
    ['PMP_MAIL_FROM', 'a@b.example, c@d.example', 'a mail address'],
    ['PMP_MAIL_FROM', 'a b@c.example', 'a mail address'],
    ['PMP_MAIL_FROM', 'a@b.example>', 'a mail address'],
    ['PMP_MAIL_FROM', 'One, Two <a@b.example>', 'a mail address'],
    ['PMP_MAIL_FROM', 'a@b.example\r\nBcc: c@d.example', 'a mail address'],
    ['PMP_KEY_PASSPHRASE', 'elevenchars', 'at least 12'],
    ['PMP_KEY_PASSPHRASE_FILE', '/nowhere/at/all', 'cannot be read'],
    ['PMP_CA_ORGANIZATION', 'x'.repeat(65), ''],
    ['PMP_CA_KEY', 'rsa-1024', 'rsa-3072'],
    ['PMP_SESSION_IDLE_MINUTES', '0', ''],
    ['PMP_SESSION_IDLE_MINUTES', '721', ''],
    ['PMP_SESSION_IDLE_MINUTES', '1.5', 'whole number'],
    ['PMP_RATE_LIMIT', '-1', 'whole number'],
    ['PMP_RATE_LIMIT', '1000001', ''],
    ['PMP_METRICS', 'yes', ''],
    ['PMP_LOG_LEVEL', 'loud', 'debug'],
    ['PMP_ADMIN_EMAIL', 'a@b.example', 'PMP_ADMIN_PASSWORD go together'],
    ['PMP_ADMIN_USERNAME', 'ada', 'PMP_ADMIN_EMAIL'],
    ['PMP_ADMIN_PASSWORD', 'a long pass phrase', 'PMP_ADMIN_EMAIL'],
  ])('%s=%s', (name, value, wording) => {
    const said = complaint({ [name]: value });
    expect(said).toContain(name);
    expect(said).toContain(wording);
  });

  test('half of HTTPS, or HTTPS under an address of plain HTTP', () => {
    expect(complaint({ PMP_TLS_CERT_FILE: '/c.pem' })).toMatch(/PMP_TLS_KEY_FILE go together/);
    expect(complaint({ PMP_TLS_KEY_FILE: '/k.pem' })).toMatch(/PMP_TLS_CERT_FILE .* go together/);
    const files = { PMP_TLS_CERT_FILE: '/c.pem', PMP_TLS_KEY_FILE: '/k.pem' };
    expect(complaint({ ...files, PMP_PUBLIC_URL: 'http://pmp.example.org' })).toMatch(/PMP_PUBLIC_URL must begin/);
    expect(complaint({ ...files, PMP_PUBLIC_URL: 'https://pmp.example.org' })).toBe('');
  });

  test('several at once', () => {
    const said = complaint({ PMP_PORT: 'x', PMP_TIME_ZONE: 'x', PMP_CA_KEY: 'x', PMP_HOST: 'fine' });
    for (const name of ['PMP_PORT', 'PMP_TIME_ZONE', 'PMP_CA_KEY']) expect(said).toContain(name);
    expect(said).not.toContain('PMP_HOST');
  });

  test('both passphrases', () => {
    const said = complaint({ PMP_KEY_PASSPHRASE: 'twelve chars', PMP_KEY_PASSPHRASE_FILE: fileOf('another phrase') });
    expect(said).toContain('PMP_KEY_PASSPHRASE and PMP_KEY_PASSPHRASE_FILE');
  });

  test('a file with a short passphrase, without telling it', () => {
    const said = complaint({ PMP_KEY_PASSPHRASE_FILE: fileOf('secret\n') });
    expect(said).toContain('PMP_KEY_PASSPHRASE_FILE must hold at least 12');
    expect(said).not.toContain('secret');
  });

  test('no secret is repeated', () => {
    expect(complaint({ PMP_KEY_PASSPHRASE: 'hunter2' })).not.toContain('hunter2');
    expect(complaint({ PMP_ADMIN_PASSWORD: 'hunter2' })).not.toContain('hunter2');
    expect(complaint({ PMP_SMTP_URL: 'http://me:hunter2@x' })).not.toContain('hunter2');
  });
});

test('names settings that are none, whatever their case', () => {
  const misspelt = { PMP_PRT: '1', pmp_host: '::1', PMP_BACKUP_DRI: '/b', PMPORT: '1', PMP_PORT: '3001' };
  expect(parseConfig(misspelt).unknownSettings).toEqual(['PMP_PRT', 'pmp_host', 'PMP_BACKUP_DRI']);
});
