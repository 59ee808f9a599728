import { defineConfig } from 'drizzle-kit';

/** `npx drizzle-kit export` prints the schema as SQL, a start for the next file in migrations/ (add STRICT and the checks by hand). */
export default defineConfig({ dialect: 'sqlite', schema: './src/db/schema/*.ts' });
