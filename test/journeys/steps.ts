import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Language } from '../../src/i18n/index.ts';
import { textsOf } from '../support/catalogues.ts';

/** A person at a browser: what the journeys do with the portal, with and without JavaScript alike. */
export class Person {
  readonly page: Page;
  readonly #url: string;
  #language: Language = 'en';

  constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(path.startsWith('http') ? path : this.#url + path);
  }

  /** Types into the fields of the form, by their names. */
  async fill(values: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, value] of Object.entries(values)) {
      const field = this.page.locator(`main [name="${name}"], dialog [name="${name}"]`).first();
      const tag = await field.evaluate((element) => element.tagName);
      if (tag === 'SELECT') await field.selectOption(value);
      else await field.fill(value);
    }
  }

  /** Chooses a language by the switch of the page. */
  async speak(language: Language): Promise<void> {
    await this.page.locator('.languages > button').click();
    await this.page.locator(`#language-menu button[value=${language}]`).click();
    await this.page.locator(`html[lang=${language}]`).waitFor();
    this.#language = language;
  }

  /** What stands on a button of this English name in the person's language. */
  #label(english: string | RegExp): string | RegExp {
    if (this.#language === 'en' || typeof english !== 'string') return english;
    const own = textsOf(this.#language);
    const keys = [...textsOf('en')].filter(([, text]) => text === english).map(([key]) => key);
    const labels = keys.map((key) => RegExp.escape(own.get(key) ?? ''));
    return new RegExp(`^\\s*(${labels.join('|')})\\s*$`);
  }

  /** Presses a button, or follows a link, by what stands on it (in English, whatever the person speaks). */
  async press(english: string | RegExp, within = 'body'): Promise<void> {
    const name = this.#label(english);
    const place = this.page.locator(within);
    await place
      .getByRole('button', { name, exact: true })
      .or(place.getByRole('link', { name, exact: true }))
      .first()
      .click();
  }

  /** Chooses a file in the upload form; with JavaScript its preview follows. */
  async choose(file: string): Promise<void> {
    await this.page.locator('input[type=file][name=certificate]').setInputFiles(file);
  }

  /** Chooses a file in the upload form, sends it, and waits until the answer has taken the form's place. */
  async upload(file: string): Promise<void> {
    await this.choose(file);
    const form = await this.page.locator('#upload').elementHandle();
    await this.press('Upload', 'main');
    // When the answer is another page, the form goes with its document.
    await form?.waitForElementState('hidden').catch(() => undefined);
  }

  /** Waits for a success message. */
  async sees(flash: string): Promise<void> {
    await this.page.locator(`[role=status][data-flash="${flash}"]`).waitFor();
  }

  /** Waits for a refusal with these codes, and returns its words. */
  async isRefused(...codes: readonly string[]): Promise<string> {
    const summary = this.page.locator(`[role=alert][data-codes="${codes.join(' ')}"]`);
    await summary.waitFor();
    return (await summary.textContent()) ?? '';
  }

  /** Waits until a thing of the page has a status. */
  async hasStatus(status: string, within = 'main'): Promise<void> {
    await this.page.locator(`${within} [data-status="${status}"]`).first().waitFor();
  }

  /** Downloads by a link and returns the text of the file. */
  async download(name: string | RegExp, within = 'main'): Promise<string> {
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.page.locator(within).getByRole('link', { name, exact: true }).first().click(),
    ]);
    const path = await download.path();
    expect(download.suggestedFilename()).toMatch(/\.(cer|p7b)$/);
    return readFileSync(path, 'utf8');
  }

  /** Opens the menu of the row that has this text, and takes one of its actions. */
  async act(row: string, action: string): Promise<void> {
    const place = this.page.locator('tbody tr', { hasText: row }).first();
    await place.locator('.action-menu').getByRole('button').click();
    await place.getByRole('link', { name: this.#label(action), exact: true }).click();
  }

  /** Marks the document, so that `isSameDocument` tells whether another one has been loaded since. */
  async markDocument(): Promise<void> {
    await this.page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
  }

  isSameDocument(): Promise<boolean> {
    return this.page.evaluate(() => 'sameDocument' in globalThis);
  }

  async signIn(identifier: string, password: string): Promise<void> {
    await this.open('/login');
    await this.fill({ identifier, password });
    await this.press('Sign in', 'main');
    await this.page.waitForURL(`${this.#url}/`);
  }

  async signOut(): Promise<void> {
    await this.page.locator('.user-menu').getByRole('button').first().click();
    await this.press('Sign out', '.user-menu');
    await this.sees('signed-out');
  }
}
