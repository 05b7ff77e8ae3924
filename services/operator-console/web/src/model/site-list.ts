import { fieldsOf, listOf, textOf } from './json-fields.ts';

export interface SiteEntry {
  readonly siteId: string;
  readonly name: string;
}

/** `GET /api/v1/sites`: each item is a summary or a whole site document; either way its id and its name are found. */
export function parseSiteList(input: unknown): readonly SiteEntry[] {
  return listOf(fieldsOf(input)['items']).flatMap((value) => {
    const item = fieldsOf(value);
    const siteId = textOf(item['siteId']) ?? textOf(fieldsOf(item['metadata'])['name']) ?? textOf(item['id']);
    if (siteId === null) return [];
    const name =
      textOf(item['displayName']) ?? textOf(fieldsOf(item['spec'])['displayName']) ?? textOf(item['name']) ?? siteId;
    return [{ siteId, name }];
  });
}
