import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pmp, startServer, temporaryFolder } from './support.ts';

const portOf = async (app: Awaited<ReturnType<typeof startServer>>['app']) =>
  new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port;

describe('pmp ready', () => {
  it.each(['127.0.0.1', '0.0.0.0'])('says that the portal is ready where it listens on %s', async (host) => {
    const place = temporaryFolder();
    const { app } = await startServer(place.dataDir);
    const settings = { PMP_PORT: await portOf(app), PMP_HOST: host };
    expect(await pmp(['ready'], { ...place, settings })).toMatchObject({ code: 0, out: 'The portal is ready.\n' });
  });

  it('fails while nothing can be signed', async () => {
    const place = temporaryFolder();
    const { app } = await startServer(place.dataDir);
    const settings = { PMP_PORT: await portOf(app) };
    for (const name of readdirSync(join(place.dataDir, 'keys'))) {
      const file = join(place.dataDir, 'keys', name);
      chmodSync(file, 0o600);
      writeFileSync(file, readFileSync(file).subarray(0, 100));
    }
    expect(await pmp(['ready'], { ...place, settings })).toMatchObject({
      code: 1,
      err: expect.stringContaining('answers 503'),
    });
  });

  it('fails where nobody answers, and makes no data directory', async () => {
    const place = temporaryFolder();
    const { app } = await startServer(join(place.folder, 'another'));
    const settings = { PMP_PORT: await portOf(app) };
    await app.close();
    const { code, err } = await pmp(['ready'], { ...place, settings });
    expect([code, err]).toEqual([1, expect.stringContaining('does not answer')]);
    expect(readdirSync(place.folder)).toEqual(['another']);
  });
});

describe('pmp version', () => {
  it.each(['version', '--version', '-V'])('names the versions that an operator is asked for: %s', async (name) => {
    const { code, out } = await pmp([name], temporaryFolder());
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^pmp \d+\.\d+\.\d+\nNode \d+\.\d+\.\d+\nSQLite 3\.\d+\.\d+\n$/),
    ]);
  });
});

it.each([[['bakcup']], [['help', 'bakcup']]])(
  'pmp refuses a command that does not exist, and starts nothing: %s',
  async (args) => {
    const place = temporaryFolder();
    const { code, err } = await pmp(args, place);
    expect([code, err]).toEqual([1, expect.stringContaining("unknown command 'bakcup'")]);
    expect(readdirSync(place.folder)).toEqual([]);
  },
);

it('pmp explains a command that exists', async () => {
  const { code, out } = await pmp(['help', 'backup'], temporaryFolder());
  expect([code, out]).toEqual([0, expect.stringContaining('Usage: pmp backup')]);
});
