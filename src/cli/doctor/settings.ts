import type { Config } from '../../config.ts';
import type { Finding } from './finding.ts';

/** Settings that are misspelt, and so not set. */
export function checkSettings({ unknownSettings }: Config): Finding {
  const name = 'settings';
  if (unknownSettings.length === 0) return { state: 'ok', name, text: 'every name that begins with PMP_ is known' };
  const text = `there is no ${unknownSettings.join(', ')}`;
  return { state: 'warning', name, text, advice: 'compare the names with those of docs/operations.md' };
}
