/** A part of a dashboard that lists what is to be done, one thing a row. */
export interface Section {
  /** Names the part for tests and scripts (`data-section`). */
  readonly name: 'checklist' | 'ending' | 'waiting';
  readonly title: string;
  /** The rows are steps, one after another. */
  readonly ordered: boolean;
  readonly rows: readonly Row[];
  /** The way to all of them; null where these are all. */
  readonly more: Link | null;
}

export interface Link {
  readonly href: string;
  readonly label: string;
  /** Opens in the dialog where there is script. */
  readonly dialog?: true;
}

export interface Row {
  /** What tests and scripts know the row by (`data-row`). */
  readonly name: string;
  readonly mark: { readonly tone: 'good' | 'bad' | 'waiting' | 'plain'; readonly icon: string | null };
  /** Told to those who do not see the mark. */
  readonly state: string | null;
  readonly title: string;
  readonly href: string | null;
  /** What is the matter, and why. */
  readonly text: string;
  /** What somebody wrote about it. */
  readonly quote: string | null;
  readonly tag: { readonly text: string; readonly tone: 'amber' | 'red' | 'plain'; readonly icon: string } | null;
  /** What to do now; only the first thing of a list is the main one. */
  readonly action: (Link & { readonly main: boolean }) | null;
}

/** A row of which only some parts are said. */
export function row(parts: Pick<Row, 'name' | 'mark' | 'title' | 'text'> & Partial<Row>): Row {
  return { state: null, href: null, quote: null, tag: null, action: null, ...parts };
}
