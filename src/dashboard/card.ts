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
  }[];
}
