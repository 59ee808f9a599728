import type { Portal } from '../support/portal.ts';
import type { Answer, UploadFile } from '../support/visitor.ts';

/** The places where a certificate file is uploaded, each with its own limit of size in bytes. */
export interface Door {
  readonly address: string;
  readonly limit: number;
  readonly action: string;
  upload(portal: Portal, files: UploadFile | readonly UploadFile[], headers?: Record<string, string>): Promise<Answer>;
  /** Sends a body as it is. */
  send(portal: Portal, body: Buffer | string, headers: Record<string, string>): Promise<Answer>;
}

export const DOORS: readonly Door[] = [
  {
    address: '/trust-store',
    limit: 1024 * 1024,
    action: 'ca-certificate.add',
    upload: ({ ada }, files, headers) => ada.upload('/trust-store', files, { domain: 'FTM', type: 'root' }, headers),
    send: ({ ada }, body, headers) => ada.send('POST', '/trust-store', headers, body),
  },
  {
    address: '/partner-certificate',
    limit: 64 * 1024,
    action: 'partner-certificate.upload',
    upload: ({ pia }, files, headers) => pia.upload('/partner-certificate', files, {}, headers),
    send: ({ pia }, body, headers) => pia.send('POST', '/partner-certificate', headers, body),
  },
];
