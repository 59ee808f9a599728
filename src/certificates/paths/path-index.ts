import { type Db, transaction } from '../../db/index.ts';
import { now } from '../../lib/clock.ts';
import { inSlices } from '../../lib/slices.ts';
import { buildPath, type CertificatePath, type TrustedCertificates } from '../../pki/index.ts';
import { type Dependents, type Trust, withoutCa } from '../../trust-store/index.ts';
import { parseStored, type Standing } from '../standing.ts';
import { type CertificateRow, findCertificate } from '../store.ts';
import {
  type CertificateCount,
  countLost,
  listDependents,
  listHanging,
  listLost,
  replacePath,
  stepsFinder,
} from './store.ts';

/**
 * Which CA certificates the current certificates of partners and chips depend on. The index holds the path by which each was last found
 * trusted; every question first finds another path for those whose path has been lost, so that the answers are exact.
 */
export interface PathIndex extends Dependents {
  /** How many have no path now. */
  countLost(): Promise<CertificateCount>;
  /** The ids of the certificates without a path, right after `refresh`: of all, or of one partner. */
  listLost(partnerId?: string): ReadonlySet<string>;
  /**
   * How certificates stand now, by id. One whose stored path still holds is valid: a path that was found once depends on nothing but the
   * dates and the retirements of its CA certificates. Only those that have lost theirs are judged anew.
   */
  standingsOf(certificates: readonly Pick<CertificateRow, 'id' | 'notAfter'>[]): ReadonlyMap<string, Standing>;
  /** Finds other paths for those that have lost theirs: of all, or of one partner. */
  refresh(partnerId?: string): Promise<void>;
}

export function createPathIndex(db: Db, trust: Trust): PathIndex {
  const known = rememberedPaths(db);
  const refresh = refresher(db, trust, known);
  return {
    refresh,
    listLost: (partnerId) => new Set(listLost(db, now(), partnerId)),
    standingsOf(certificates) {
      const at = now();
      const trusted = trust.byId('FTM');
      const isTrusted = (caId: string) => (trusted.get(caId)?.certificate.notAfter ?? 0) >= at;
      const paths = known.of(certificates.map(({ id }) => id));
      const standing = ({ id, notAfter }: Pick<CertificateRow, 'id' | 'notAfter'>): Standing => {
        if (notAfter < at) return 'expired';
        if (paths(id)?.every(isTrusted)) return 'valid';
        return findPathOf(db, id, trust.of('FTM')) === undefined ? 'untrusted' : 'valid';
      };
      return new Map(certificates.map((certificate) => [certificate.id, standing(certificate)]));
    },
    async countLost() {
      await refresh();
      return countLost(db, now());
    },
    async countLostWithout(caId) {
      await refresh();
      const lost = { partners: 0, chips: 0 };
      await inSlices(listHanging(db, caId, now()), ({ id, chipId }) => {
        if (findPathOf(db, id, withoutCa(trust.of('FTM'), caId)) === undefined)
          lost[chipId === null ? 'partners' : 'chips'] += 1;
      });
      return lost;
    },
    async dependentsOf(caId, page) {
      await refresh();
      const { rows, total } = listDependents(db, caId, page);
      const standings = this.standingsOf(rows);
      return {
        total,
        rows: rows.map((row) => ({ ...row, standing: standings.get(row.id) ?? 'untrusted' })),
      };
    },
  };
}

/** Some 200 bytes each. */
const MOST_REMEMBERED = 50_000;

interface RememberedPaths {
  /** By which CA certificates each of some certificates was last found trusted. */
  of(ids: readonly string[]): (id: string) => readonly string[] | undefined;
  forget(id: string): void;
}

/** Every row of a list is asked for its path, which hardly ever changes. None is remembered that was not found: it may be found yet. */
function rememberedPaths(db: Db): RememberedPaths {
  const find = stepsFinder(db);
  const known = new Map<string, readonly string[]>();
  return {
    of(ids) {
      const unknown = ids.filter((id) => !known.has(id));
      if (known.size + unknown.length > MOST_REMEMBERED) known.clear();
      const found = unknown.length === 0 ? [] : find(ids.filter((id) => !known.has(id)));
      for (const [id, caIds] of found) known.set(id, caIds);
      return (id) => known.get(id);
    },
    forget: (id) => void known.delete(id),
  };
}

/** Runs are one after the other: who asks waits for one that began after the question. */
function refresher(db: Db, trust: Trust, known: RememberedPaths): PathIndex['refresh'] {
  /** Those without a path in what is trusted now: they have none until that changes, since certificates only ever end. */
  let hopeless = { trusted: trust.of('FTM'), ids: new Set<string>() };
  const run = async (partnerId: string | undefined) => {
    const trusted = trust.of('FTM');
    if (hopeless.trusted !== trusted) hopeless = { trusted, ids: new Set() };
    const { ids } = hopeless;
    const found = new Map<string, CertificatePath>();
    const lost = listLost(db, now(), partnerId).filter((id) => !ids.has(id));
    await inSlices(
      lost,
      (id) => {
        // Somebody may have changed the trust store between two slices.
        const path = findPathOf(db, id, trust.of('FTM'));
        if (path === undefined) ids.add(id);
        else found.set(id, path);
      },
      () => {
        if (found.size === 0) return;
        transaction(db, (tx) => {
          for (const [id, path] of found) replacePath(tx, id, caIdsOf(path));
        });
        for (const id of found.keys()) known.forget(id);
        found.clear();
      },
    );
  };
  let last = Promise.resolve();
  return (partnerId) => {
    const next = () => run(partnerId);
    last = last.then(next, next);
    return last;
  };
}

function findPathOf(db: Db, id: string, trusted: TrustedCertificates): CertificatePath | undefined {
  const row = findCertificate(db, id);
  if (row === undefined) return undefined;
  const result = buildPath(parseStored(row), trusted, now(), 'leaf');
  return result.ok ? result.path : undefined;
}

/** The ids under which the CA certificates of a path are stored. */
export function caIdsOf(path: CertificatePath): string[] {
  return path.issuers.map(({ id }) => id);
}
