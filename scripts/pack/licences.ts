import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagesOf } from './sbom.ts';

/**
 * The licence texts of the packages that are in the one file, which nearly all of them ask to come along. Packages with the same text share it. One that
 * brings none is named with its licence's identifier; so is Node, whose package has no text of its own.
 * @param root the repository
 * @param inputs the files that the bundle was made from
 */
export function licences(root: string, inputs: readonly string[]): string {
  const holders = new Map<string, string[]>();
  for (const { folder, manifest } of packagesOf(root, inputs)) {
    const text = textIn(join(root, folder)) ?? `Licence: ${manifest.license ?? 'unknown'}`;
    holders.set(text, [...(holders.get(text) ?? []), `${manifest.name} ${manifest.version}`]);
  }
  const node = 'Licence: MIT; what it is made of itself is listed, with texts, in the file LICENSE of its sources.';
  holders.set(node, [`Node.js ${process.versions.node}`]);
  return [...holders].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}

function textIn(folder: string): string | undefined {
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)(\W|$)/i.test(name));
  if (files.length === 0) return undefined;
  return files
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim())
    .join('\n\n');
}
