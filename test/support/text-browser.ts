import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { findProgram, need } from './tools.ts';

/** How long the screen may take to show what is expected, ms; and how often it is looked at. */
const LIMIT = 60_000;
const INTERVAL = 50;

/** So many columns and lines that every page is on the screen as a whole: where something stands there, it stands in the page. */
const [COLUMNS, LINES] = ['120', '200'];

/** Whether the text browser and the terminal it runs in are installed (in CI: a failure where not). Debian: `w3m`, `tmux`. */
export function hasTextBrowser(): boolean {
  return ['w3m', 'tmux'].every((name) => need(findProgram(name) !== undefined, `${name} is not installed`));
}

/**
 * Somebody at a text browser (w3m) in a terminal (tmux): presses keys and reads the screen. All it writes (cookies, history, what
 * was typed, the terminal's socket) is in a folder of its own, which goes with it.
 */
export class TextBrowser {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pmp-text-browser-'));

  /** @param url the first page */
  constructor(url: string) {
    // The editor that w3m opens for a field of several lines: it saves what `typeLines` left for it.
    const editor = `cp ${this.#typed} %s`;
    const w3m = ['w3m', '-cookie', '-o', `editor=${editor}`, url];
    try {
      this.#tmux(['new-session', '-d', '-x', COLUMNS, '-y', LINES, '--', ...w3m]);
    } catch (error) {
      rmSync(this.#folder, { recursive: true });
      throw error;
    }
  }

  get #typed(): string {
    return join(this.#folder, 'typed');
  }

  /** What the screen shows, line by line; the last is that of the browser. */
  lines(): string[] {
    return this.#tmux(['capture-pane', '-p']).replace(/\n$/, '').split('\n');
  }

  /** The page, white space folded. */
  text(): string {
    return this.lines().slice(0, -1).join(' ').replace(/\s+/g, ' ');
  }

  /** Waits until the page has this title and shows all these words; returns its text. */
  async sees(title: string, ...words: readonly string[]): Promise<string> {
    await this.#until(`“${[title, ...words].join('”, “')}”`, () => {
      const text = this.text();
      return this.#bottom().includes(`<${title} ·`) && words.every((word) => text.includes(word));
    });
    return this.text();
  }

  /** Goes to the last link or button that has this label, and presses Enter. @param row words of its line */
  async press(label: string, row = ''): Promise<void> {
    await this.#goTo((line) => (line.includes(row) ? line.lastIndexOf(label) : -1), label);
    this.#keys('Enter');
  }

  /** Ticks the checkbox before a label. */
  async tick(label: string): Promise<void> {
    await this.#enterField(`[ ] ${label}`);
    await this.#until(`a tick at “${label}”`, () => this.text().includes(`[*] ${label}`));
  }

  /** Types into the field behind a label that begins a line: a text, a password, or the path of a file. */
  async type(label: string, text: string): Promise<void> {
    await this.#enterField(label);
    await this.#until(`the field “${label}”`, () => PROMPT.test(this.#bottom()));
    this.#keys('C-u');
    this.#paste(text);
    this.#keys('Enter');
    await this.#until(`the end of the field “${label}”`, () => !PROMPT.test(this.#bottom()));
  }

  /** Types into a field of several lines. */
  async typeLines(label: string, text: string): Promise<void> {
    writeFileSync(this.#typed, text, { mode: 0o600 });
    await this.#enterField(label);
    await this.#until(`“${text}”`, () => this.text().includes(`[${text}`));
  }

  /** Ends the browser with its terminal and removes what they wrote. */
  async close(): Promise<void> {
    try {
      const browser = Number(this.#tmux(['display-message', '-p', '#{pane_pid}']));
      this.#tmux(['kill-server']);
      // w3m writes its history as it ends.
      for (const end = Date.now() + LIMIT; isRunning(browser) && Date.now() < end; ) await pause(INTERVAL);
    } catch {
      // It has ended by itself.
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Goes from a label to the field behind it, and presses Enter. */
  async #enterField(label: string): Promise<void> {
    await this.#goTo((line) => (line.trimStart().startsWith(label) ? line.indexOf(label) : -1), label);
    this.#keys('Tab', 'Enter');
  }

  /** Moves the cursor to the last line where `find` finds a column, and to this column. */
  async #goTo(find: (line: string) => number, name: string): Promise<void> {
    let at: [x: number, y: number] = [-1, -1];
    await this.#until(`“${name}”`, () => {
      const columns = this.lines().slice(0, -1).map(find);
      const y = columns.findLastIndex((column) => column >= 0);
      at = [columns[y] ?? -1, y];
      return y >= 0;
    });
    const [x, y] = at;
    // w3m: to line n, to its beginning, n to the right.
    this.#keys(...`${y + 1}G`, '^', ...(x > 0 ? `${x}l` : ''));
    await this.#until(`the cursor on “${name}” (${x}, ${y})`, () => this.#cursor() === `${x} ${y}`);
  }

  #cursor(): string {
    return this.#tmux(['display-message', '-p', '#{cursor_x} #{cursor_y}']).trim();
  }

  #bottom(): string {
    return this.lines().at(-1) ?? '';
  }

  #keys(...keys: readonly string[]): void {
    this.#tmux(['send-keys', ...keys]);
  }

  /** By way of a buffer that is forgotten at once: what is typed may be a secret, and arguments are seen by all. */
  #paste(text: string): void {
    this.#tmux(['load-buffer', '-b', 'typed', '-'], text);
    this.#tmux(['paste-buffer', '-d', '-b', 'typed']);
  }

  async #until(what: string, is: () => boolean): Promise<void> {
    for (const end = Date.now() + LIMIT; !is(); ) {
      if (Date.now() > end) throw new Error(`The screen does not show ${what}:\n${this.lines().join('\n')}`);
      await pause(INTERVAL);
    }
  }

  /** Has this browser's own tmux do something; returns what it prints. */
  #tmux(args: readonly string[], input = ''): string {
    const { error, status, stdout, stderr } = spawnSync('tmux', ['-L', 'pmp', '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      input,
      env: { PATH: process.env.PATH, HOME: this.#folder, TMUX_TMPDIR: this.#folder, LANG: 'C.UTF-8', TERM: 'xterm' },
    });
    if (error || status !== 0) throw new Error(`tmux ${args[0]}: ${error?.message ?? stderr}`);
    return stdout;
  }
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

/** The line at which w3m takes what is typed into a field. */
const PROMPT = /^(TEXT|Password|Filename):/;
