import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { findChromium, launchBrowser, startLivePortal } from '../test/support/browser.ts';
import { type DemoPortal, startDemoPortal } from './demo/portal.ts';
import { SETUP, SHOTS, type Shot, type Who } from './screenshots/shots.ts';
import { addressOf, signIn } from './weigh/pages.ts';

/** `npm run screenshots`: takes every picture of the guide anew, of the portal as it is. Another folder may be named. */
const FOLDER = resolve(process.argv[2] ?? join(import.meta.dirname, '../docs/images'));
/** Narrow enough to be read in a column of text, wide enough for tables to be tables. */
const SCREEN = { width: 900, height: 660 };
const HEIGHT = 460;
/** So few that a picture has some kilobytes; text and statuses look as they do on the screen. */
const COLOURS = 16;

async function main(): Promise<void> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error('Chromium is not installed');
  mkdirSync(FOLDER, { recursive: true });
  const browser = await launchBrowser(chromium);
  try {
    await showSetup(browser);
    await showDemo(browser);
  } finally {
    await browser.close();
  }
}

/** Where nobody is admin yet. */
async function showSetup(browser: Browser): Promise<void> {
  const portal = await startLivePortal();
  const context = await enter(browser, portal.url, 'guest');
  const page = await context.newPage();
  await page.goto(portal.setupLink());
  await keep(page, SETUP);
  await portal.close();
}

async function showDemo(browser: Browser): Promise<void> {
  const portal = await startDemoPortal({ host: '127.0.0.1', port: 0 });
  const people = new Map<Who, BrowserContext>();
  for (const shot of SHOTS) {
    const context = people.get(shot.who) ?? (await enter(browser, portal.url, shot.who));
    people.set(shot.who, context);
    await show(context, portal, shot);
  }
  await portal.close();
}

async function enter(browser: Browser, url: string, who: Who): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: SCREEN, reducedMotion: 'reduce', colorScheme: 'light' });
  await context.addCookies([{ name: 'pmp_panel', value: 'narrow', url }]);
  await signIn(context, url, who);
  return context;
}

async function show(context: BrowserContext, portal: DemoPortal, shot: Shot): Promise<void> {
  const address = await addressOf(context, portal.url, shot.path);
  const page = await context.newPage();
  await page.goto(address, { waitUntil: 'networkidle' });
  await shot.before?.(page, portal);
  await keep(page, shot);
}

/** Takes the picture of a page and closes it. */
async function keep(page: Page, { name, part = '#main', height = HEIGHT }: Omit<Shot, 'who' | 'path'>): Promise<void> {
  const box = await page.locator(part).first().boundingBox();
  if (box === null) throw new Error(`there is nothing to show of ${name}`);
  const clip = { ...box, height: Math.min(box.height, height) };
  const whole = await page.screenshot({ fullPage: true, clip });
  await page.close();
  const few = await sharp(whole).png({ palette: true, colours: COLOURS, dither: 0 }).toBuffer();
  await sharp(few)
    .webp({ lossless: true, effort: 6 })
    .toFile(join(FOLDER, `${name}.webp`));
}

await main();
