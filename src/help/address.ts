/** The address of a page of the guide. */
export function addressOf(path: string): string {
  return path === '' ? '/help' : `/help/${path}`;
}
