import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';
import type { Browser } from 'playwright-core';
import { findChromium, launchBrowser } from '../test/support/browser.ts';
import { type DemoPortal, PASSWORD, startDemoPortal } from './demo/portal.ts';
import { addressOf, PAGES, PEOPLE, signIn } from './weigh/pages.ts';
import { type Visit, visit } from './weigh/visit.ts';

/**
 * `npm run weigh`: how many bytes each kind of page brings over the wire in Chromium, everything counted, on the first visit (empty
 * cache) and on the next. Exits 1 where a page is heavier than it may be, or asks another host for anything.
 */
const FIRST = 60_000;
const SECOND = 15_000;
const OWN_SCRIPT = 8_000;
/** So many chips that the longest list is full. */
const CHIPS = 32;

async function main(): Promise<void> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error('Chromium is not installed');
  const portal = await startDemoPortal({ host: '127.0.0.1', port: 0 });
  const browser = await launchBrowser(chromium);
  const faults: string[] = [];
  try {
    await fillLists(portal);
    console.log(line('who', 'page', 'first visit', 'requests', 'next visit'));
    for (const who of PEOPLE) faults.push(...(await weighPagesOf(browser, portal.url, who)));
    faults.push(...weighScript());
  } finally {
    await browser.close();
    await portal.close();
  }
  for (const fault of faults) console.error(fault);
  console.log(faults.length === 0 ? '\nNothing is heavier than it may be.' : '');
  process.exitCode = faults.length === 0 ? 0 : 1;
}

/** Weighs what one person opens, each page first with an empty cache; returns what is wrong. */
async function weighPagesOf(browser: Browser, url: string, who: (typeof PEOPLE)[number]): Promise<string[]> {
  const known = await browser.newContext();
  await signIn(known, url, who);
  const faults: string[] = [];
  for (const path of PAGES[who]) {
    const address = await addressOf(known, url, path);
    const context = await browser.newContext({ storageState: await known.storageState() });
    const first = await visit(context, address);
    const second = await visit(context, address);
    await context.close();
    console.log(line(who, path, String(first.bytes), String(first.requests), String(second.bytes)));
    faults.push(...faultsOf(first, second).map((fault) => `${who} ${path}: ${fault}`));
  }
  await known.close();
  return faults;
}

function faultsOf(first: Visit, second: Visit): string[] {
  const faults = [...first.foreign, ...second.foreign].map((host) => `asks ${host}`);
  if (first.status === 0 || first.status >= 500) faults.push(`answers ${first.status}`);
  if (first.bytes > FIRST) faults.push(`${first.bytes} bytes on the first visit, more than ${FIRST}`);
  if (second.bytes > SECOND) faults.push(`${second.bytes} bytes on the next visit, more than ${SECOND}`);
  return faults;
}

function weighScript(): string[] {
  const { code } = transformSync(readFileSync(new URL('../public/app.js', import.meta.url), 'utf8'), { minify: true });
  const bytes = Buffer.byteLength(code);
  console.log(`\nOur own script, minified: ${bytes} bytes`);
  return bytes > OWN_SCRIPT ? [`our own script: ${bytes} bytes minified, more than ${OWN_SCRIPT}`] : [];
}

async function fillLists({ visitor }: DemoPortal): Promise<void> {
  const asha = visitor();
  await asha.post('/login', { identifier: 'asha', password: PASSWORD });
  for (let number = 1; number <= CHIPS; number += 1)
    await asha.post('/chips', { make: 'Acme', model: `FTM-B${number}` });
}

function line(who: string, page: string, first: string, requests: string, second: string): string {
  return `${who.padEnd(7)}${page.padEnd(48)}${first.padStart(11)}${requests.padStart(10)}${second.padStart(12)}`;
}

await main();
