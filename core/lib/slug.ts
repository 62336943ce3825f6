// Letters that NFKD does not take apart, folded as their readers write them in ASCII.
const FOLDED: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'ae',
  ø: 'o',
  Ø: 'o',
  œ: 'oe',
  Œ: 'oe',
  đ: 'd',
  Đ: 'd',
  ð: 'd',
  Ð: 'd',
  þ: 'th',
  Þ: 'th',
  ł: 'l',
  Ł: 'l',
  ı: 'i',
  ħ: 'h',
  Ħ: 'h',
};

/**
 * A slug: lower case, words joined by `-`, accents folded, other scripts kept as they are (NFC).
 *
 * @param text any text; the result may be empty when it has no letter or digit
 * @param max the longest result in characters
 * @example slugify('Tükörfúrógép & Co.') // 'tukorfurogep-co'
 */
export function slugify(text: string, max = 190): string {
  return text
    .replace(/[ßæÆøØœŒđĐðÐþÞłŁıħĦ]/g, (letter) => FOLDED[letter] ?? letter)
    .normalize('NFKD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFC')
    .toLowerCase()
    .replace(/['’‘]/g, '')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, max)
    .replace(/-+$/, '');
}

const MOST = 2 ** 30;

/**
 * A slug that is free: the wanted one, or else with a number behind it, the least from 2 on, or, where some in between
 * have become free, one of those that are. It is found by doubling and halving: for one that 500 have is asked 16 times.
 *
 * @param isTaken whether something has this slug
 * @throws where it says so of every number
 * @example entry.slug = await freeSlug('proof', async (slug) => (await find({ slug })) !== undefined); // 'proof-2'
 */
export async function freeSlug(wanted: string, isTaken: (slug: string) => Promise<boolean>): Promise<string> {
  if (!(await isTaken(wanted))) return wanted;
  let taken = 1;
  let free = 2;
  while (await isTaken(`${wanted}-${free}`)) {
    taken = free;
    free *= 2;
    if (free > MOST) throw new Error(`No number makes "${wanted}" free.`);
  }
  while (free - taken > 1) {
    const middle = (taken + free) >> 1;
    if (await isTaken(`${wanted}-${middle}`)) taken = middle;
    else free = middle;
  }
  return `${wanted}-${free}`;
}

/**
 * Folds a machine key (login, e-mail, option, tag) for comparison: NFKC, lower case, trimmed. MariaDB's own
 * comparison takes `à` for `a` and ignores trailing blanks, SQLite's is exact; with this key they agree.
 */
export function foldKey(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
