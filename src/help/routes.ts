import type { FastifyInstance } from 'fastify';
import { notFound } from '../lib/errors.ts';
import { loadGuide } from './guide.ts';
import { showGuide } from './show.ts';

/** The user guide (`docs`), for everybody: who cannot sign in needs it most. */
export function registerHelp(app: FastifyInstance): void {
  let loaded: ReturnType<typeof loadGuide> | undefined;
  const guide = () => {
    loaded ??= loadGuide();
    return loaded;
  };
  const config = { access: 'public', withoutConsent: true } as const;
  app.get('/help', { config }, async (request, reply) => showGuide(request, reply, guide(), ''));
  app.get<{ Params: { '*': string } }>('/help/*', { config }, async (request, reply) =>
    showGuide(request, reply, guide(), request.params['*']),
  );
  app.get<{ Params: { file: string } }>('/help/images/:file', { config }, async (request, reply) => {
    const image = guide().findImage(request.params.file);
    if (image === undefined) throw notFound();
    return reply.type('image/webp').header('cache-control', 'public, max-age=31536000, immutable').send(image.bytes);
  });
}
