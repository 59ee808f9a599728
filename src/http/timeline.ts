/** Something that happened to a thing, as `views/shared/timeline` shows it. */
export interface TimelineEvent {
  readonly at: number;
  readonly title: string;
  /** The username of who did it. */
  readonly by: string;
  readonly icon: string;
  readonly tone?: 'good' | 'bad';
  readonly text?: string;
  /** In the words of who did it. */
  readonly reason?: string | null;
  readonly certificate?: TimelineCertificate;
}

/** The certificate that came with an event. */
export interface TimelineCertificate {
  readonly id: string;
  readonly subject: string;
  readonly current: boolean;
  /** When it ends, and what was issued for it, each with its label. */
  readonly ends: readonly { readonly label: string; readonly at: number }[];
  readonly downloads: readonly { readonly href: string; readonly label: string }[];
  /** Where the page has it nowhere else, so that it can be found there by what the interface promises. */
  readonly marks?: { readonly fingerprint: string; readonly status: string };
}

/** Newest first; of those at the same instant the last of the list. */
export function newestFirst(events: readonly TimelineEvent[]): TimelineEvent[] {
  return events
    .map((event, index) => ({ event, index }))
    .sort((a, b) => b.event.at - a.event.at || b.index - a.index)
    .map(({ event }) => event);
}
