/** A card of a dashboard: where it leads, what it is, and what waits there. */
export interface Card {
  readonly href: string;
  readonly icon: string;
  readonly title: string;
  readonly text: string;
  readonly facts: readonly {
    readonly text: string;
    readonly tone: 'plain' | 'green' | 'amber' | 'orange' | 'red';
    readonly icon: string;
    /** Where it tells of things of one status. */
    readonly status?: 'untrusted';
  }[];
}

/** What a person should know first, and where to go about it. */
export interface Notice {
  readonly text: string;
  readonly links: readonly { readonly href: string; readonly label: string }[];
}

export const notice = (text: string, links: Notice['links'] = []): Notice => ({ text, links });

/** How many have lost their path, as a fact of a card; none where none has. */
export function untrustedFact(text: string, count: number): Card['facts'] {
  return count === 0 ? [] : [{ text, tone: 'red', icon: 'triangle-alert', status: 'untrusted' }];
}
