import type { FastifyInstance } from 'fastify';
import { notFound } from '../lib/errors.ts';
import type { Guide } from './guide.ts';
import { showGuide } from './show.ts';

/** The user guide (`docs`), for everybody: who cannot sign in needs it most. */
export function registerHelp(app: FastifyInstance): void {
  let loaded: Promise<Guide> | undefined;
  /** With all that reads Markdown, which a start does without. */
  const guide = () => {
    loaded ??= import('./guide.ts')
      .then(({ loadGuide }) => loadGuide())
      .catch((error) => {
        loaded = undefined;
        throw error;
      });
    return loaded;
  };
  const config = { access: 'public', withoutConsent: true } as const;
  app.get('/help', { config }, async (request, reply) => showGuide(request, reply, await guide(), ''));
  app.get<{ Params: { '*': string } }>('/help/*', { config }, async (request, reply) =>
    showGuide(request, reply, await guide(), request.params['*']),
  );
  app.get<{ Params: { file: string } }>('/help/images/:file', { config }, async (request, reply) => {
    const image = (await guide()).findImage(request.params.file);
    if (image === undefined) throw notFound();
    return reply.type('image/webp').header('cache-control', 'public, max-age=31536000, immutable').send(image.bytes);
  });
}
