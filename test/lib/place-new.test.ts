import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { placeNew } from '../../src/lib/place-new.ts';

const refusal = vi.hoisted(() => ({ code: '' }));
vi.mock('node:fs', async (load) => {
  const fs = await load<typeof import('node:fs')>();
  const linkSync = (from: string, to: string) => {
    if (refusal.code !== '') throw Object.assign(new Error(refusal.code), { code: refusal.code });
    fs.linkSync(from, to);
  };
  return { ...fs, linkSync };
});

function finished() {
  const folder = mkdtempSync(join(tmpdir(), 'pmp-place-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  writeFileSync(from, 'new');
  return { folder, from, to };
}

describe.each([
  ['a file system with links', ''],
  ['one without', 'EPERM'],
])('giving a file its name on %s', (_what, code) => {
  it('moves it where nothing is', () => {
    refusal.code = code;
    const { folder, from, to } = finished();
    expect(placeNew(from, to)).toBe(true);
    expect(readdirSync(folder)).toEqual(['to']);
    expect(readFileSync(to, 'utf8')).toBe('new');
  });

  it('leaves what is there, and the file where it was', () => {
    refusal.code = code;
    const { from, to } = finished();
    writeFileSync(to, 'old');
    expect(placeNew(from, to)).toBe(false);
    expect([readFileSync(to, 'utf8'), readFileSync(from, 'utf8')]).toEqual(['old', 'new']);
  });
});

it('throws what else the system says', () => {
  refusal.code = 'ENOSPC';
  const { folder, from, to } = finished();
  expect(() => placeNew(from, to)).toThrow('ENOSPC');
  expect(readdirSync(folder)).toEqual(['from']);
});
