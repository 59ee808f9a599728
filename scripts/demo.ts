import { loadConfig } from '../src/config.ts';
import { type DemoPortal, PASSWORD, startDemoPortal } from './demo/portal.ts';

/** `npm run demo`: a portal with people, chips in every state and files to upload, in a folder that is thrown away at the end. */
async function main(): Promise<void> {
  const portal = await startDemoPortal(loadConfig());
  print(portal);
  const stop = async () => {
    await portal.close();
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function print({ url, samples }: DemoPortal): void {
  console.log(`
Partner Management Portal, demonstration: ${url}

  Partner Admin      meera     ${PASSWORD}
  Chip provider      asha      ${PASSWORD}     (Acme Chips Ltd, chips in all five states)
  Chip provider      lars      ${PASSWORD}     (Nordic Silicon AS, no certificate yet)

Files to upload by hand, in ${samples.folder}:
${samples.files.map(([file, what]) => `  ${file.padEnd(34)} ${what}`).join('\n')}

Ctrl-C ends the demonstration and removes all of it.
`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
