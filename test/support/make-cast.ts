import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { type CastSnapshot, createCast } from './cast.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    cast: CastSnapshot;
  }
}

/** Before all tests: makes the cast once. After them: takes it away. */
export default async function makeCast({ provide }: TestProject): Promise<() => void> {
  const cast = await createCast();
  provide('cast', cast);
  return () => rmSync(cast.folder, { recursive: true, force: true });
}
