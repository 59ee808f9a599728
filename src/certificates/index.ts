export { sendMosipSigned, sendOriginal } from './downloads.ts';
export { judge, type Purpose } from './judge.ts';
export { keepCertificate } from './keep.ts';
export { createPathIndex, type PathIndex } from './paths/path-index.ts';
export { type CertificateCount, lostPath } from './paths/store.ts';
export { type RelatedPartner, relatedPartners } from './related.ts';
export { registerCertificates } from './routes.ts';
export {
  parseStored,
  partnerObstacle,
  requireUsablePartner,
  type Standing,
  standingOf,
} from './standing.ts';
export {
  type CertificateRow,
  findCertificate,
  findMosipSigned,
  insertMosipSigned,
  listChipCertificates,
  listPartnerCertificates,
  type MosipSignedRow,
} from './store.ts';
export { uploadEvent } from './upload-event.ts';
