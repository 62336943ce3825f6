import type { NumberedPage, ViewPagination } from 'galley';

/** How many numbers stand on each side of the current one. */
const AROUND = 2;

/**
 * Links through a list: first, last, those around the current page, and gaps between.
 * @param addressOf the address of each page
 */
export function paginate(
  addressOf: (page: number) => string,
  { page, pages, total }: Pick<NumberedPage, 'page' | 'pages' | 'total'>,
): ViewPagination {
  const items: ViewPagination['items'] = [];
  for (let number = 1; number <= pages; number++) {
    const isShown = number === 1 || number === pages || Math.abs(number - page) <= AROUND;
    if (isShown) items.push({ number, url: addressOf(number), current: number === page, gap: false });
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
    ...(page > 1 ? { previous: addressOf(page - 1) } : {}),
    ...(page < pages ? { next: addressOf(page + 1) } : {}),
  };
}
