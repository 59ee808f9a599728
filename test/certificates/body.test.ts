import { describe, expect, it } from 'vitest';
import { asFile, makeRoot } from '../support/certificates.ts';
import { openPortal } from '../support/portal.ts';
import { expectTrailRefusal } from '../support/refusal.ts';
import { ORIGIN } from '../support/visitor.ts';
import { rowsIn } from '../support/workflow.ts';
import { DOORS } from './doors.ts';

const BODY = [
  '--x\r\nContent-Disposition: form-data; name="domain"\r\n\r\nFTM\r\n',
  '--x\r\nContent-Disposition: form-data; name="certificate"; filename="a.cer"\r\n\r\n',
  asFile(makeRoot()).toString(),
  '\r\n--x--\r\n',
].join('');
const MULTIPART = { origin: ORIGIN, 'content-type': 'multipart/form-data; boundary=x' };

describe.each(DOORS)('a body sent to $address that is no upload', (door) => {
  it.each<[string, string, Record<string, string>]>([
    ['cut off in the file', BODY.slice(0, BODY.length / 2), MULTIPART],
    ['cut off before its last boundary', BODY.replace('\r\n--x--\r\n', ''), MULTIPART],
    ['cut off in the headers of a part', BODY.slice(0, 120), MULTIPART],
    ['empty', '', MULTIPART],
    ['without its boundary', BODY, { ...MULTIPART, 'content-type': 'multipart/form-data' }],
    ['with another boundary', BODY, { ...MULTIPART, 'content-type': 'multipart/form-data; boundary=y' }],
    ['a plain form', 'certificate=x', { origin: ORIGIN, 'content-type': 'application/x-www-form-urlencoded' }],
    ['JSON', '{"certificate":"x"}', { origin: ORIGIN, 'content-type': 'application/json' }],
    ['of no type', 'x', { origin: ORIGIN }],
  ])('is a 400, noted, and changes nothing: %s', async (_what, body, headers) => {
    const portal = await openPortal();
    const answer = await door.send(portal, body, headers);
    expect(answer.status).toBe(400);
    expect(answer.$('h1')).toHaveLength(1);
    expect(answer.body).not.toMatch(/FST_|Error:|node_modules/);
    expect([rowsIn(portal, 'ca_certificates'), rowsIn(portal, 'certificates')]).toEqual([0, 0]);
    const actor = door.address === '/trust-store' ? 'ada' : 'pia';
    expectTrailRefusal(portal.trail(), { actor, action: door.action, code: 'HTTP-400' });
  });

  it('whole, it is read', async () => {
    const portal = await openPortal();
    expect((await door.send(portal, BODY, MULTIPART)).status).not.toBe(400);
  });
});
