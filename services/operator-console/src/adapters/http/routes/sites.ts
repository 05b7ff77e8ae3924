import { siteId } from '@headroom/kernel';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Actions } from '../../../service.ts';
import type { Site } from '../../../domain/site-document.ts';
import { type Answer, refused } from '../problem.ts';
import { type Route, route } from '../route.ts';
import { instantText, SiteParams } from '../schemas.ts';
import {
  EXAMPLE_SITE,
  SiteDocumentBody,
  SiteSummarySchema,
  siteDocumentBody,
  siteDocumentOf,
  siteSummary,
} from '../site-document-schema.ts';

const EXAMPLE_SUMMARY = {
  siteId: 'demo-depot',
  displayName: 'Demo depot',
  timezone: 'Europe/Paris',
  version: 3,
  configuredAt: instantText(1_780_833_600_000),
  circuits: 2,
  stations: 1,
  evses: 1,
  limitKw: 200,
};
const SITE_RESPONSE = {
  description: 'The document, defaults filled in.',
  schema: SiteDocumentBody,
  example: EXAMPLE_SITE,
  contentTypes: ['application/json', 'application/yaml'],
};

export const siteRoutes = (actions: Actions): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/sites',
    operationId: 'listSites',
    tag: 'Sites',
    summary: 'List the sites',
    description: 'Every site with its size; the whole document is at the site itself.',
    responses: {
      200: {
        description: 'The sites.',
        schema: z.object({ items: z.array(SiteSummarySchema) }),
        example: { items: [EXAMPLE_SUMMARY] },
      },
    },
    problems: [],
    handle: async () => ({ status: 200, body: { items: (await actions.listSites()).map(siteSummary) } }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/sites/{siteId}',
    operationId: 'getSite',
    tag: 'Sites',
    summary: 'Read a site document',
    description: 'The document as it was accepted last. Ask for YAML with `Accept: application/yaml`.',
    params: SiteParams,
    responses: { 200: SITE_RESPONSE },
    problems: [404],
    handle: async ({ params, accept }) => siteAnswer(await actions.getSite(siteId(params.siteId)), accept),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/sites/{siteId}',
    operationId: 'putSite',
    tag: 'Sites',
    summary: 'Commission a site, or change it',
    description:
      'Takes the whole document, as JSON or YAML. It is checked and stored as one; what is wrong comes back as problems and ' +
      'nothing is stored then. A site whose fallbacks do not fit under its limits is refused, with both sums.',
    params: SiteParams,
    body: { schema: SiteDocumentBody, example: EXAMPLE_SITE, yaml: true },
    responses: { 200: SITE_RESPONSE },
    problems: [400, 422],
    physical: true,
    handle: async ({ params, body, accept }) => {
      const document = siteDocumentOf(body, params.siteId);
      if (document.kind === 'err') return refused(document.error);
      const outcome = await actions.putSite(document.value);
      return outcome.kind === 'ok' ? siteAnswer(outcome.value, accept) : refused(outcome.error);
    },
  }),
];

function siteAnswer(site: Site, accept: string): Answer {
  const body = siteDocumentBody(site.document);
  const headers = { etag: `"${site.version}"`, vary: 'accept' };
  if (!/\byaml\b/i.test(accept)) return { status: 200, body, headers };
  return { status: 200, body: stringify(body), contentType: 'application/yaml; charset=utf-8', headers };
}
