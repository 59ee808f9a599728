import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { composeDocument } from './rules/document.ts';

/** `npm run rules`: writes docs/certificate-rules.md from the rules and the wording in the code. */
writeFileSync(resolve(import.meta.dirname, '../docs/certificate-rules.md'), composeDocument());
