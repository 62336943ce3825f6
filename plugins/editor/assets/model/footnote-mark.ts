import { encodeAttribute } from './tag.ts';

/** The HTML of a mark. */
export function markHtml(id: string, number: number): string {
  const name = encodeAttribute(id);
  return `<sup data-fn="${name}" class="fn"><a href="#${name}" id="${name}-link">${number}</a></sup>`;
}
