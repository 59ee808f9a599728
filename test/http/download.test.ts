import { describe, expect, it } from 'vitest';
import { openPortal, type Portal } from '../support/portal.ts';
import type { Visitor } from '../support/visitor.ts';
import { acceptPia, caId } from '../support/workflow.ts';

/** Every kind of download, and who may have it. */
async function downloads(portal: Portal): Promise<[visitor: Visitor, address: string][]> {
  const { root, id } = await acceptPia(portal);
  return [
    [portal.pia, '/partner-certificate/original'],
    [portal.pia, '/partner-certificate/mosip-signed?format=p7b'],
    [portal.pia, `/certificates/${id}/original?format=der`],
    [portal.ada, `/certificates/${id}/mosip-signed?format=der`],
    [portal.ada, `/trust-store/${caId(portal, root)}/download`],
  ];
}

const withTold = (address: string, told: string) => `${address}${address.includes('?') ? '&' : '?'}told=${told}`;

describe('a download', () => {
  it('is told on the next page, once', async () => {
    const portal = await openPortal();
    for (const [visitor, address] of await downloads(portal)) {
      expect((await visitor.get(address)).status, address).toBe(200);
      expect((await visitor.get('/')).flash, address).toBe('certificate-downloaded');
      expect((await visitor.get('/')).flash, address).toBeUndefined();
    }
  });

  it('is not told again where the page told it already, by script', async () => {
    const portal = await openPortal();
    for (const [visitor, address] of await downloads(portal)) {
      const answer = await visitor.get(withTold(address, '1'));
      expect(answer.status, address).toBe(200);
      expect(answer.headers['content-disposition'], address).toMatch(/^attachment/);
      expect(answer.headers['set-cookie'], address).toBeUndefined();
      expect((await visitor.get('/')).flash, address).toBeUndefined();
    }
  });

  it('takes nothing but 1 for told', async () => {
    const portal = await openPortal();
    const [[visitor, address] = [portal.pia, '']] = await downloads(portal);
    for (const told of ['0', '', '1&told=1', 'true']) {
      await visitor.get(withTold(address, told));
      expect((await visitor.get('/')).flash, told).toBe('certificate-downloaded');
    }
  });
});
