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

/**
 * The number to put behind a name that is taken: the least from 2 on, or, where some in between have become free, one of
 * those that are. It is found by doubling and halving: a name that 500 have is asked for 16 times, and not 500 times.
 *
 * @param isTaken whether the name with this number is taken
 * @example const slug = `${base}-${await freeNumber((number) => isTaken(`${base}-${number}`))}`;
 */
export async function freeNumber(isTaken: (number: number) => Promise<boolean>): Promise<number> {
  let taken = 1;
  let free = 2;
  while (await isTaken(free)) {
    taken = free;
    free *= 2;
  }
  while (free - taken > 1) {
    const middle = (taken + free) >> 1;
    if (await isTaken(middle)) taken = middle;
    else free = middle;
  }
  return free;
}

/**
 * Folds a machine key (login, e-mail, option, tag) for comparison: NFKC, lower case, trimmed. MariaDB's own
 * comparison takes `à` for `a` and ignores trailing blanks, SQLite's is exact; with this key they agree.
 */
export function foldKey(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
