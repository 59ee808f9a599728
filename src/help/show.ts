import type { FastifyReply, FastifyRequest } from 'fastify';
import { homeCrumb } from '../http/navigation.ts';
import type { Breadcrumb } from '../http/view.ts';
import { notFound } from '../lib/errors.ts';
import { addressOf } from './address.ts';
import type { Guide, GuidePage } from './guide.ts';

/** A page of the guide, with those before and after it. */
export function showGuide(request: FastifyRequest, reply: FastifyReply, guide: Guide, path: string): FastifyReply {
  const page = guide.findPage(path);
  if (page === undefined) throw notFound();
  const at = guide.pages.indexOf(page);
  return reply.page(
    'help/show',
    { guide: page.html, previous: linkTo(guide.pages[at - 1]), next: linkTo(guide.pages[at + 1]) },
    { title: page.title, breadcrumbs: breadcrumbsOf(request, guide, page) },
  );
}

function linkTo(page: GuidePage | undefined) {
  return page === undefined ? null : { href: addressOf(page.path), title: page.title };
}

/** Home, the first page of the guide, the page of the folder, this page. */
function breadcrumbsOf(request: FastifyRequest, guide: Guide, page: GuidePage): Breadcrumb[] {
  const folder = page.path.includes('/') ? guide.findPage(page.path.split('/')[0] ?? '') : undefined;
  const above = [guide.findPage(''), folder].filter((each) => each !== undefined && each !== page);
  return [
    homeCrumb(request),
    ...above.map((each) => ({ label: each?.title ?? '', href: addressOf(each?.path ?? '') })),
    { label: page.title },
  ];
}
