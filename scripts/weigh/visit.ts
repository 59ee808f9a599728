import type { BrowserContext } from 'playwright-core';

/** What a visit of a page cost. */
export interface Visit {
  readonly status: number;
  /** Bytes over the wire, headers of the answers included. */
  readonly bytes: number;
  readonly requests: number;
  /** Other hosts that the page turned to. */
  readonly foreign: readonly string[];
}

/** Opens a page and counts, by Chromium's own protocol, what comes over the wire until nothing more does. */
export async function visit(context: BrowserContext, address: string): Promise<Visit> {
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  let bytes = 0;
  let requests = 0;
  const foreign = new Set<string>();
  network.on('Network.requestWillBeSent', ({ request, redirectResponse }) => {
    bytes += redirectResponse?.encodedDataLength ?? 0;
    const { protocol, origin } = new URL(request.url);
    if (protocol === 'data:') return;
    requests += 1;
    if (origin !== new URL(address).origin) foreign.add(origin);
  });
  network.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const answer = await page.goto(address, { waitUntil: 'networkidle' });
  await page.close();
  return { status: answer?.status() ?? 0, bytes, requests, foreign: [...foreign] };
}
