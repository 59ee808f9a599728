import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { fillPortal } from '../../scripts/demo/fill.ts';
import { createPki, type DemoPki } from '../../scripts/demo/samples.ts';
import { createFirstAdmin } from '../../src/accounts/index.ts';
import { findChromium, type LivePortal, launchBrowser, openPage, startLivePortal } from '../support/browser.ts';
import { Visitor } from '../support/visitor.ts';
import { Person } from './steps.ts';

/** Everybody's password. */
export const PASSWORD = 'a long pass phrase 7';

/** What a journey starts with: an empty portal that listens, and as many browsers as it has people. */
export interface Journey {
  readonly portal: LivePortal;
  /** Somebody with a browser of their own, who has not signed in. */
  person(options?: BrowserContextOptions): Promise<Person>;
}

const executable = findChromium();

/**
 * A group of tests in a browser; skipped, with a message, where there is none. Whatever the browser complains about during a test
 * (script errors, violated policies, answers of 500) fails that test.
 */
export function describeInBrowser(
  name: string,
  prepare: (portal: LivePortal) => Promise<unknown>,
  tests: (journey: Journey) => void,
): void {
  describe.skipIf(executable === undefined)(name, { timeout: 600_000 }, () => {
    let browser: Browser;
    let portal: LivePortal;
    const complaints: string[] = [];

    beforeAll(async () => {
      [browser, portal] = await Promise.all([launchBrowser(executable ?? ''), startLivePortal()]);
      await prepare(portal);
    }, 120_000);
    afterEach(async () => {
      for (const context of browser.contexts()) await context.close();
      expect(complaints.splice(0)).toEqual([]);
    });
    afterAll(async () => {
      await browser?.close();
      await portal?.close();
    });

    tests({
      get portal() {
        return portal;
      },
      person: async (options = {}) =>
        new Person(await openPage(await browser.newContext(options), complaints), portal.url),
    });
  });
}

/** Nothing at all: the state after installation. */
export const empty = async (): Promise<void> => undefined;

/** The people and chips of the demonstration: meera (admin), asha (chips in every state), lars (nothing yet). */
export async function filled({ app, db }: LivePortal): Promise<DemoPki> {
  const pki = createPki();
  await createFirstAdmin(db, { email: 'meera@authority.example', username: 'meera', password: PASSWORD });
  await fillPortal({ pki, password: PASSWORD, visitor: () => new Visitor(app) });
  return pki;
}
