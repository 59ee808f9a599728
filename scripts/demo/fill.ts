import { asFile, type MadeCertificate } from '../../test/support/certificates.ts';
import type { Answer, Visitor } from '../../test/support/visitor.ts';
import { type DemoPki, leafFor } from './samples.ts';

interface Cast {
  readonly pki: DemoPki;
  readonly password: string;
  visitor(): Visitor;
  /** Puts into the database what no form takes any more. */
  addOldThings?(): void;
}

const ACME = 'Acme Chips Ltd';

/** Fills an empty portal through its own pages: an admin, two providers, a chip in each state. */
export async function fillPortal({ pki, password, visitor, addOldThings }: Cast): Promise<void> {
  const meera = visitor();
  expectDone(await meera.post('/login', { identifier: 'meera', password }));
  for (const [type, certificate] of [
    ['root', pki.root],
    ['intermediate', pki.issuing],
  ] as const) {
    expectDone(await meera.upload('/trust-store', file(certificate), { domain: 'FTM', type }));
  }
  const asha = await register(visitor(), password, {
    firstName: 'Asha',
    lastName: 'Rao',
    organization: ACME,
    email: 'asha@acme.example',
    username: 'asha',
  });
  await register(visitor(), password, {
    firstName: 'Lars',
    lastName: 'Berg',
    organization: 'Nordic Silicon AS',
    email: 'lars@nordic.example',
    username: 'lars',
  });
  // Lists are in the order of creation, so what is old comes before the rest.
  addOldThings?.();
  expectDone(await asha.upload('/partner-certificate', file(leafFor(pki, ACME, 'Acme Signing 2026'))));

  const waiting = async (model: string) => {
    const page = expectDone(await asha.post('/chips', { make: 'Acme', model }));
    const chip = page.replace('/certificate/new', '');
    expectDone(await asha.upload(`${chip}/certificate`, file(leafFor(pki, ACME, `Acme ${model}`))));
    return chip;
  };
  const decide = async (chip: string, decision: 'approval' | 'rejection', reason = '') => {
    const page = await meera.get(`${chip}/decision/new`);
    const certificateId = page.$('[name=certificateId]').first().attr('value') ?? '';
    expectDone(await meera.post(`${chip}/${decision}`, { certificateId, reason }));
  };
  // One that was approved, and waits again since its certificate was renewed.
  const renewed = await waiting('FTM-A105');
  await decide(renewed, 'approval');
  expectDone(await asha.upload(`${renewed}/certificate`, file(leafFor(pki, ACME, 'Acme FTM-A105 rev. 2'))));
  expectDone(await asha.post('/chips', { make: 'Acme', model: 'FTM-A120' }));
  await waiting('FTM-A110');
  await decide(await waiting('FTM-A100'), 'approval');
  await decide(
    await waiting('FTM-A95'),
    'rejection',
    'The certificate is that of the evaluation board, not of the chip.',
  );
  const old = await waiting('FTM-A90');
  await decide(old, 'approval');
  expectDone(await asha.post(`${old}/deactivation`));
}

async function register(visitor: Visitor, password: string, names: Record<string, string>): Promise<Visitor> {
  const rest = { partnerType: 'FTM_PROVIDER', address: '1 Silicon Street', phone: '+91 80 1234', language: 'en' };
  expectDone(await visitor.post('/register', { ...rest, ...names, password, confirmPassword: password }));
  const terms = await visitor.get('/consent');
  expectDone(await visitor.post('/consent', { accept: 'on', version: terms.$('[name=version]').attr('value') ?? '' }));
  return visitor;
}

function file(certificate: MadeCertificate) {
  return { name: 'certificate.cer', bytes: asFile(certificate) };
}

/** Where a form that succeeded leads. */
function expectDone(answer: Answer): string {
  if (answer.status !== 303)
    throw new Error(
      `the demonstration could not be filled: ${answer.status} ${answer.codes.join(' ')} ${answer.text()}`,
    );
  return answer.location ?? '/';
}
