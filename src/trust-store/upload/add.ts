import { type Actor, recordChange, recordRefusal } from '../../audit/index.ts';
import { type Db, type Queries, transaction } from '../../db/index.ts';
import { now } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import { type Certificate, checkAhead } from '../../pki/index.ts';
import { type Domain, insertCaCertificate } from '../store.ts';
import type { Trust } from '../trust.ts';
import { type Judged, judgeFile, type UploadPlace } from './judge.ts';
import { insertReinstatement, insertUpload } from './store.ts';

/** What became of a file: every certificate with its verdict, how many were added, and where the outcomes of several are kept. */
export interface Added {
  readonly judged: readonly Judged[];
  readonly added: number;
  readonly uploadId: string | null;
}

/**
 * Judges the CA certificates of a file, their signatures checked before, and adds all those that nothing is against, in one transaction (rules 2). One that is retired
 * is reinstated instead, with its history. The outcomes of a file with several are kept with it, if any was added.
 */
export async function addCaCertificates(
  db: Db,
  trust: Trust,
  actor: Actor & { id: string },
  certificates: readonly Certificate[],
  place: UploadPlace,
): Promise<Added> {
  await checkAhead((budget) => judgeFile(db, trust, certificates, place, budget));
  return transaction(db, (tx) => {
    const judged = judgeFile(tx, trust, certificates, place);
    const several = judged.length > 1;
    const uploadId = newId();
    const ids = judged.map((each) => {
      if (each.judgement.faults.length === 0) return add(tx, actor, each, place.domain);
      if (several) refuse(tx, actor, each, place.domain);
      return null;
    });
    const added = ids.filter((id) => id !== null).length;
    if (!several || added === 0) return { judged, added, uploadId: null };
    insertUpload(
      tx,
      { id: uploadId, domain: place.domain, at: now(), by: actor.id },
      judged.map(({ certificate, judgement }, index) => ({
        fingerprint: certificate.fingerprint,
        subject: certificate.subject.text,
        kind: judgement.kind,
        caCertificateId: ids[index] ?? null,
        reasons: ids[index] === null ? JSON.stringify(judgement.faults) : null,
      })),
    );
    return { judged, added, uploadId };
  });
}

/** Adds or reinstates one; returns its id. */
function add(tx: Queries, actor: Actor & { id: string }, { certificate, judgement, stored }: Judged, domain: Domain) {
  const id = stored?.id ?? newId();
  const retirementId = stored?.retirementId ?? null;
  if (retirementId !== null) insertReinstatement(tx, { retirementId, at: now(), by: actor.id });
  else
    insertCaCertificate(tx, {
      id,
      domain,
      kind: judgement.kind,
      fingerprint: certificate.fingerprint,
      der: certificate.der,
      subject: certificate.subject.text,
      issuer: certificate.issuer.text,
      notBefore: certificate.notBefore,
      notAfter: certificate.notAfter,
      uploadedAt: now(),
      uploadedBy: actor.id,
    });
  recordChange(tx, actor, {
    action: retirementId === null ? 'ca-certificate.add' : 'ca-certificate.reinstate',
    thing: { type: 'ca-certificate', id },
    detail: { ...described(certificate, domain), kind: judgement.kind },
  });
  return id;
}

/** Of a file with several, each refused one is an attempt of its own. */
function refuse(tx: Queries, actor: Actor, { certificate, judgement }: Judged, domain: Domain): void {
  const event = { action: 'ca-certificate.add', detail: described(certificate, domain) };
  recordRefusal(
    tx,
    actor,
    event,
    judgement.faults.map(({ code }) => code),
  );
}

function described({ subject, fingerprint }: Certificate, domain: Domain) {
  return { domain, subject: subject.text, fingerprint };
}
