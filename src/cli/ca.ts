import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { SYSTEM } from '../audit/index.ts';
import { type Config, ConfigError } from '../config.ts';
import { type Certificate, keyLabel, readCertificateFile } from '../pki/index.ts';
import {
  createSigningCa,
  importSigningCa,
  type OwnCertificate,
  readKeyStore,
  renewSigningCa,
  type SigningCaParts,
  signingCaOf,
} from '../signing-ca/index.ts';
import { withDataDirectory } from './data-directory.ts';
import { CommandRefused, formatOf, writeReasons } from './reasons.ts';
import type { Terminal } from './terminal.ts';

/** More than any chain of certificates takes. */
const MAX_BYTES = 1024 * 1024;

/** `pmp ca …`: the portal's own CA, from the command line. */
export function addCaCommands(program: Command, loadConfig: () => Config, terminal: Terminal): void {
  const ca = program.command('ca').description("the portal's own CA, which signs what partners receive");
  const existing = (work: (parts: SigningCaParts) => Promise<void>) =>
    withDataDirectory(loadConfig(), terminal, { create: false }, work);

  ca.command('show')
    .description('show the CA certificates, which one signs, and what is to be done; exit code 1 when none can sign')
    .action(() => existing(async (parts) => show(parts, terminal)));

  ca.command('renew')
    .description('make a new issuing CA under the same root; it signs from then on, also in a portal that is running')
    .action(() => existing((parts) => renew(parts, terminal)));

  ca.command('create')
    .description('make a new root and an issuing CA below it, which signs from then on; old certificates stay valid')
    .action(() => existing((parts) => create(parts, terminal)));

  ca.command('import')
    .description('take in an issuing CA with its private key; it signs from then on, also in a portal that is running')
    .argument('<file>', 'PKCS#12, or PEM with certificates and one ENCRYPTED PRIVATE KEY')
    .option('--chain <file>', 'further CA certificates, up to the root')
    .option('--passphrase-file <file>', 'holds the passphrase of the file; without it, it is asked for')
    .action(async (file: string, options: ImportOptions) => {
      const config = loadConfig();
      const bytes = read(file);
      const further = options.chain === undefined ? [] : readChain(options.chain);
      const keyStore = readKeyStore(bytes, await passphraseOf(file, options, terminal));
      if (!keyStore.ok) throw new CommandRefused(keyStore.reasons);
      await withDataDirectory(config, terminal, { create: true }, async (parts) => {
        const imported = await importSigningCa(parts, SYSTEM, keyStore.value, further);
        if (!imported.ok) throw new CommandRefused(imported.reasons);
        show(parts, terminal);
      });
    });
}

interface ImportOptions {
  readonly chain?: string;
  readonly passphraseFile?: string;
}

function show(parts: SigningCaParts, terminal: Terminal): void {
  const signingCa = signingCaOf(parts);
  const { timeZone } = parts.config;
  const present = signingCa.certificates.issuing()?.id;
  for (const each of signingCa.certificates.all())
    for (const line of linesOf(each, each.id === present, timeZone)) terminal.out(line);
  const { obstacle, advice } = signingCa.standing();
  if (obstacle !== undefined) throw new CommandRefused([obstacle]);
  if (advice !== undefined) writeReasons(terminal, [advice], timeZone);
}

function linesOf({ id, kind, certificate }: OwnCertificate, signsNow: boolean, timeZone: string): string[] {
  const { dateTime } = formatOf(timeZone);
  return [
    `${certificate.subject.label} (${kind}${signsNow ? ', signs now' : ''})`,
    `  id           ${id}`,
    `  issued by    ${certificate.issuer.label}`,
    `  valid        ${dateTime(certificate.notBefore)} to ${dateTime(certificate.notAfter)}`,
    `  key          ${keyLabel(certificate.key)}`,
    `  SHA-256      ${certificate.fingerprint}`,
    '',
  ];
}

async function renew(parts: SigningCaParts, terminal: Terminal): Promise<void> {
  const present = signingCaOf(parts).certificates.issuing();
  if (present === undefined) throw new CommandRefused([{ code: 'PMP-CA-001', name: 'ca-missing' }]);
  await renewSigningCa(parts, SYSTEM, present.id);
  show(parts, terminal);
}

async function create(parts: SigningCaParts, terminal: Terminal): Promise<void> {
  await createSigningCa(parts, SYSTEM);
  show(parts, terminal);
}

async function passphraseOf(file: string, { passphraseFile }: ImportOptions, terminal: Terminal): Promise<string> {
  if (passphraseFile === undefined) return terminal.askSecret(`Passphrase of ${file}: `);
  return read(passphraseFile).toString('utf8').split(/\r?\n/)[0] ?? '';
}

function readChain(file: string): readonly Certificate[] {
  // The name of the file is the operator's own affair; what is asked of uploads is what it holds.
  const chain = readCertificateFile({ name: 'chain.pem', bytes: read(file) }, { maxBytes: MAX_BYTES });
  if (!chain.ok) throw new CommandRefused(chain.faults);
  return chain.certificates;
}

function read(file: string): Buffer {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > MAX_BYTES) throw new Error('it is larger than 1 MiB');
    return bytes;
  } catch (error) {
    throw new ConfigError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
