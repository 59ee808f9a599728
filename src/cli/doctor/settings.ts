import { loadTerms } from '../../accounts/index.ts';
import { type Config, ConfigError } from '../../config.ts';
import type { Finding } from './finding.ts';

/** Settings that are misspelt, and so not set. */
export function checkSettings({ unknownSettings }: Config): Finding {
  const name = 'settings';
  if (unknownSettings.length === 0) return { state: 'ok', name, text: 'every name that begins with PMP_ is known' };
  const text = `there is no ${unknownSettings.join(', ')}`;
  return { state: 'warning', name, text, advice: 'compare the names with those of docs/operations.md' };
}

/** The country's own terms and conditions, where there are some. */
export function checkTerms(dataDir: string): Finding[] {
  const name = 'terms';
  try {
    const { version } = loadTerms(dataDir);
    return version === 1 ? [] : [{ state: 'ok', name, text: `the country's own, version ${version}` }];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [{ state: 'wrong', name, text: error.message, advice: 'the portal does not start until it is put right' }];
  }
}
