import { describe, expect, it } from 'vitest';
import {
  asFile,
  fingerprintOf,
  type MadeCertificate,
  makeIntermediate,
  makeLeaf,
  makeRoot,
  toPemText,
} from '../support/certificates.ts';
import { openPortal, type Portal } from '../support/portal.ts';
import { expectRefused } from '../support/refusal.ts';
import { type Answer, HTMX } from '../support/visitor.ts';
import { caId, rowsIn, trustCa, uploadPartner } from '../support/workflow.ts';

type Made = Pick<MadeCertificate, 'der'>;

/** One file with all of these, as PEM. */
function upload(portal: Portal, made: readonly Made[], form: { type?: string; domain?: string } = {}, headers = {}) {
  const bytes = Buffer.concat(made.map((each) => asFile(each)));
  return portal.ada.upload(
    '/trust-store',
    { name: 'bundle.pem', bytes },
    { domain: 'FTM', type: 'root', ...form },
    headers,
  );
}

/** Fingerprint → outcome, in the order of the page. */
function outcomesOf(answer: Answer): [string, string][] {
  return answer
    .$('li[data-fingerprint][data-outcome]')
    .toArray()
    .map((line) => [answer.$(line).attr('data-fingerprint') ?? '', answer.$(line).attr('data-outcome') ?? '']);
}

const added = (made: Made) => [fingerprintOf(made.der), 'added'];
const refused = (made: Made) => [fingerprintOf(made.der), 'refused'];

async function follow(portal: Portal, answer: Answer): Promise<Answer> {
  expect(answer.status).toBe(303);
  expect(answer.location).toMatch(/^\/trust-store\/uploads\/[0-9a-f]{32}$/);
  return portal.ada.get(answer.location ?? '');
}

const root = makeRoot();
const upper = makeIntermediate(root);
const lower = makeIntermediate(upper);
const chain = [root, upper, lower];

describe('a file with several CA certificates', () => {
  it.each([
    ['from the root down', [root, upper, lower]],
    ['from the lowest up', [lower, upper, root]],
    ['in no order', [upper, lower, root]],
  ])('adds them all, each to the list of its kind: %s', async (_, file) => {
    const portal = await openPortal();
    const page = await follow(portal, await upload(portal, file, { type: 'intermediate' }));
    expect(page.flash).toBe('ca-added');
    expect(outcomesOf(page)).toEqual(chain.map(added));
    const lists = { root: [root], intermediate: [upper, lower] };
    for (const [type, expected] of Object.entries(lists)) {
      const list = await portal.ada.get(`/trust-store?type=${type}`);
      expect(list.$('tbody tr')).toHaveLength(expected.length);
      for (const each of expected) expect(list.$(`#ca-${caId(portal, each)}`)).toHaveLength(1);
    }
    expect((await uploadPartner(portal.pia, makeLeaf(lower))).status).toBe(303);
  });

  it('takes PEM-armoured PKCS#7, whose certificates stand in the order of a set', async () => {
    const portal = await openPortal();
    const p7b = Buffer.from(armouredSet([lower, root, upper]));
    const answer = await portal.ada.upload(
      '/trust-store',
      { name: 'chain.pem', bytes: p7b },
      { domain: 'AUTH', type: 'root' },
    );
    const page = await follow(portal, answer);
    expect(outcomesOf(page)).toEqual(chain.map(added));
    expect(chain.map((each) => caId(portal, each, 'FTM'))).toEqual(['', '', '']);
    expect(page.text()).toContain('3 of 3 certificates were added to the trust store of AUTH');
  });

  it('adds those that pass and says of each other why it does not', async () => {
    const portal = await openPortal();
    const orphan = makeIntermediate(makeRoot());
    const forged = makeIntermediate(upper, { signWith: makeRoot().privateKey });
    const weak = makeRoot({ key: 'rsa-1024' });
    const page = await follow(portal, await upload(portal, [forged, orphan, upper, weak, root]));
    expect(page.flash).toBe('ca-partly-added');
    expect(new Map(outcomesOf(page))).toEqual(
      new Map([added(root), added(upper), refused(orphan), refused(forged), refused(weak)] as [string, string][]),
    );
    const line = (made: Made) => page.text(`li[data-fingerprint="${fingerprintOf(made.der)}"]`);
    expect(line(orphan)).toContain('KER-PCM-005');
    expect(line(forged)).toContain('key did not sign');
    expect(line(weak)).toContain('KER-PCM-013');
    expect(page.$('li[data-outcome=added] code')).toHaveLength(0);
    expect(page.$('[role=alert]')).toHaveLength(0);
    expect(page.$(`a[href="/trust-store/${caId(portal, root)}"]`)).toHaveLength(1);
    expect(rowsIn(portal, 'ca_certificates')).toBe(2);
  });

  it('lets no forgery or refused CA of the file stand above another', async () => {
    const portal = await openPortal();
    const notCa = makeIntermediate(root, { isCa: false });
    const below = makeIntermediate(notCa);
    const page = await follow(portal, await upload(portal, [below, notCa, root]));
    expect(outcomesOf(page)).toEqual([added(root), refused(notCa), refused(below)]);
  });

  it('judges by what the store has, too', async () => {
    const portal = await openPortal();
    await trustCa(portal, root, 'root');
    const page = await follow(portal, await upload(portal, [lower, root, upper]));
    expect(outcomesOf(page)).toEqual([refused(root), added(upper), added(lower)]);
    expect(page.text(`li[data-fingerprint="${fingerprintOf(root.der)}"]`)).toContain('KER-PCM-003');
  });

  it('never crosses domains', async () => {
    const portal = await openPortal();
    await trustCa(portal, root, 'root', 'DEVICE');
    expectRefused(await upload(portal, [upper, lower]), ['KER-PCM-005']);
  });

  it('binds a path length within the file', async () => {
    const portal = await openPortal();
    const last = makeIntermediate(root, { pathLength: 0 });
    const below = makeIntermediate(last);
    expect(outcomesOf(await follow(portal, await upload(portal, [below, last, root])))).toEqual([
      added(root),
      added(last),
      refused(below),
    ]);
  });

  it('counts a certificate that stands twice once; then the tab binds', async () => {
    const portal = await openPortal();
    const page = await follow(portal, await upload(portal, [upper, root, upper, root]));
    expect(outcomesOf(page)).toEqual([added(root), added(upper)]);
    const single = await openPortal();
    expectRefused(await upload(single, [root, root], { type: 'intermediate' }), ['PMP-TS-002']);
    const stored = await upload(single, [root, root]);
    expect([stored.status, stored.location]).toEqual([303, '/trust-store?type=root']);
  });
});

describe('cross-signed CAs in one file', () => {
  const other = makeRoot();
  /** The name and key of `upper`, signed by another root. */
  const crossed = makeIntermediate(other, { subjectDer: upper.subjectDer, key: upper.keys });

  it.each([
    ['the good root last', [lower, crossed, upper, root]],
    ['the good root first', [root, upper, crossed, lower]],
  ])('are all judged by the roots at hand: %s', async (_, file) => {
    const portal = await openPortal();
    const page = await follow(portal, await upload(portal, file));
    expect(new Map(outcomesOf(page))).toEqual(
      new Map([added(root), added(upper), added(lower), refused(crossed)] as [string, string][]),
    );
  });

  it('are judged again when the issuer that counts passes later', async () => {
    const portal = await openPortal();
    // A and B issue each other, and a root stands above A: B passes below that A, then the other A below B.
    const a = makeIntermediate(root);
    const b = makeIntermediate(a);
    const again = makeIntermediate(b, { subjectDer: a.subjectDer, key: a.keys });
    for (const file of [
      [again, b, a, root],
      [b, again, root, a],
      [root, a, b, again],
    ]) {
      const fresh = file[0] === again ? portal : await openPortal();
      const page = await follow(fresh, await upload(fresh, file));
      expect(page.flash).toBe('ca-added');
    }
  });

  it('that only sign each other are refused, and it ends', async () => {
    const portal = await openPortal();
    const rootA = makeRoot();
    const b = makeIntermediate(rootA);
    const a = makeIntermediate(b, { subjectDer: rootA.subjectDer, key: rootA.keys });
    const answer = await upload(portal, [a, b]);
    expectRefused(answer, ['KER-PCM-005']);
    expect(outcomesOf(answer).map(([, outcome]) => outcome)).toEqual(['refused', 'refused']);
    expect(rowsIn(portal, 'ca_certificates')).toBe(0);
  });
});

describe('a file of which none is added', () => {
  it('is a 422 with every code once, one line for each, and the form again', async () => {
    const portal = await openPortal();
    const answer = await upload(portal, [upper, lower, makeRoot({ key: 'rsa-1024' })], { domain: 'DEVICE' });
    expect(answer.status).toBe(422);
    expect([...answer.codes].sort()).toEqual(['KER-PCM-005', 'KER-PCM-013']);
    expect(outcomesOf(answer).map(([, outcome]) => outcome)).toEqual(['refused', 'refused', 'refused']);
    expect(answer.$('[name=domain]').val()).toBe('DEVICE');
    expect(answer.$('form [name=certificate]').attr('aria-invalid')).toBe('true');
    expect(rowsIn(portal, 'ca_uploads')).toBe(0);
    const fragment = await upload(portal, [upper, lower], {}, HTMX);
    expect(fragment.status).toBe(422);
    expect(fragment.$('body').children().attr('id')).toBe('upload');
  });
});

describe('the trail of a file with several', () => {
  it('has a row for each, in the transaction that adds them', async () => {
    const portal = await openPortal();
    const orphan = makeIntermediate(makeRoot());
    await upload(portal, [orphan, upper, root]);
    const rows = portal.trail().filter(({ action }) => action === 'ca-certificate.add');
    const told = rows.map(({ outcome, code, detail }) => [JSON.parse(detail ?? '{}').fingerprint, outcome, code]);
    expect(told.toSorted()).toEqual(
      [
        [fingerprintOf(root.der), 'done', null],
        [fingerprintOf(upper.der), 'done', null],
        [fingerprintOf(orphan.der), 'refused', 'KER-PCM-005'],
      ].toSorted(),
    );
  });

  it('and the store has none of them, when one cannot be stored', async () => {
    const portal = await openPortal();
    portal.db.$client.exec(`CREATE TEMP TRIGGER broken BEFORE INSERT ON main.ca_certificates WHEN NEW.kind = 'intermediate'
      BEGIN SELECT RAISE(ABORT, 'disk full'); END`);
    expect((await upload(portal, [root, upper])).status).toBe(500);
    expect(rowsIn(portal, 'ca_certificates')).toBe(0);
    expect(
      portal.trail().filter(({ outcome, action }) => outcome === 'done' && action === 'ca-certificate.add'),
    ).toEqual([]);
    // What the domain trusts was not changed either, not even in memory.
    portal.db.$client.exec('DROP TRIGGER broken');
    expect((await uploadPartner(portal.pia, makeLeaf(upper))).codes).toEqual(['KER-PCM-006']);
  });
});

describe('a hundred certificates', () => {
  const leaves = (count: number) => Array.from({ length: count }, () => makeIntermediate(root, { key: 'P-256' }));

  it('are all judged within the work that a file may cost', async () => {
    const portal = await openPortal();
    const page = await follow(portal, await upload(portal, [...leaves(99), root]));
    expect(outcomesOf(page).filter(([, outcome]) => outcome === 'added')).toHaveLength(100);
    expect(page.flash).toBe('ca-added');
  });

  it('are the most', async () => {
    const portal = await openPortal();
    expectRefused(await upload(portal, [...leaves(100), root]), ['PMP-UP-006']);
    expect(rowsIn(portal, 'ca_certificates')).toBe(0);
  });
});

describe('a retired CA certificate that is uploaded again', () => {
  it('is reinstated with its history, alone or among others', async () => {
    const portal = await openPortal();
    const id = await trustCa(portal, root, 'root');
    const retire = (key: string) =>
      portal.db.$client
        .prepare('INSERT INTO ca_retirements (id, ca_certificate_id, at, by, reason) VALUES (?, ?, ?, ?, ?)')
        .run(key, id, Date.now(), portal.idOf('ada'), 'no longer audited');
    retire('first');
    expect(await trustCa(portal, root, 'root')).toBe(id);
    expect(portal.trail().at(-1)).toMatchObject({ action: 'ca-certificate.reinstate', thing_id: id, outcome: 'done' });
    retire('second');
    const page = await follow(portal, await upload(portal, [upper, root]));
    expect(outcomesOf(page)).toEqual([added(root), added(upper)]);
    expect([rowsIn(portal, 'ca_certificates'), rowsIn(portal, 'ca_reinstatements')]).toEqual([2, 2]);
    expectRefused(await upload(portal, [root]), ['KER-PCM-003']);
  });
});

describe('GET /trust-store/uploads/:id', () => {
  it('is for admins, and unknown where there was no such upload', async () => {
    const portal = await openPortal();
    const { location = '' } = await upload(portal, chain);
    expect((await portal.ada.get(location)).status).toBe(200);
    expect((await portal.ada.get(location)).flash).toBeUndefined();
    expect((await portal.pia.get(location)).codes).toEqual(['KER-ATH-403']);
    expect((await portal.guest.get(location)).location).toMatch(/^\/login/);
    expect((await portal.ada.get('/trust-store/uploads/0123')).status).toBe(404);
  });

  it('is where htmx is sent', async () => {
    const portal = await openPortal();
    const answer = await upload(portal, chain, {}, HTMX);
    expect([answer.status, answer.body]).toEqual([204, '']);
    expect(answer.headers['hx-redirect']).toMatch(/^\/trust-store\/uploads\//);
  });
});

/** PKCS#7, certificates only, with them in the order given. */
function armouredSet(made: readonly Made[]): string {
  const tlv = (tag: number, ...parts: Buffer[]) => {
    const content = Buffer.concat(parts);
    const length = content.length;
    const head = length < 128 ? [length] : length < 65_536 ? [0x82, length >> 8, length & 255] : [];
    return Buffer.concat([Buffer.from([tag, ...head]), content]);
  };
  const oid = (hex: string) => tlv(6, Buffer.from(hex, 'hex'));
  const signedData = tlv(
    0x30,
    tlv(2, Buffer.from([1])),
    tlv(0x31),
    tlv(0x30, oid('2a864886f70d010701')),
    tlv(0xa0, ...made.map(({ der }) => der)),
    tlv(0x31),
  );
  return toPemText(tlv(0x30, oid('2a864886f70d010702'), tlv(0xa0, signedData)), 'PKCS7');
}
