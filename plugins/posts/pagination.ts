import type { NumberedPage, ViewPagination } from 'galley';

/** How many numbers stand on each side of the current one. */
const AROUND = 2;

/**
 * Links through a list: first, last, those around the current page, and gaps between.
 * @param base the address of the first page, with a slash at its end
 */
export function paginate(
  base: string,
  { page, pages, total }: Pick<NumberedPage, 'page' | 'pages' | 'total'>,
): ViewPagination {
  const url = (number: number): string => (number === 1 ? base : `${base}page/${number}/`);
  const items: ViewPagination['items'] = [];
  for (let number = 1; number <= pages; number++) {
    const isShown = number === 1 || number === pages || Math.abs(number - page) <= AROUND;
    if (isShown) items.push({ number, url: url(number), current: number === page, gap: false });
    else if (!items.at(-1)?.gap) {
      items.push({ number: 0, url: '', current: false, gap: true });
      // Everything up to the next shown number is the gap; no need to visit it.
      number = (number < page ? page - AROUND : pages) - 1;
    }
  }
  return {
    page,
    pages,
    total,
    items,
    ...(page > 1 ? { previous: url(page - 1) } : {}),
    ...(page < pages ? { next: url(page + 1) } : {}),
  };
}
