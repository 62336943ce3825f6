import { randomBytes } from 'node:crypto';
import { type EntryDraft, type Site, SYSTEM } from 'galley';

/** How much to make. */
export interface SeedOptions {
  posts: number;
  /** The same number makes the same texts. */
  seed: number;
  signal: AbortSignal;
  progress: (done: number) => void;
}

const BATCH = 500;
/** After so many posts the counts are summed up, or every page would add up a row for each post. */
const SUM_EVERY = 20_000;
const HOUR_MS = 3_600_000;
const CATEGORIES = ['News', 'Essays', 'Interviews', 'Reviews', 'Notes', 'Letters', 'Travel', 'Science'];
const VOWELS = 'aeiou';
const CONSONANTS = 'bcdfglmnprstv';
const VOCABULARY = 4000;
const AUTHORS = 12;

/** A small generator of numbers between 0 and 1, the same for the same start (xorshift32). It guards nothing. */
function numbers(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}

/** Words that look like a language, the frequent ones short, as in real text. */
function makeVocabulary(next: () => number): string[] {
  const pick = (letters: string): string => letters[Math.floor(next() * letters.length)] ?? 'a';
  return Array.from({ length: VOCABULARY }, (_, index) => {
    const syllables = 1 + Math.floor(Math.log10(index + 2)) + (next() < 0.3 ? 1 : 0);
    return (
      Array.from({ length: syllables }, () => pick(CONSONANTS) + pick(VOWELS)).join('') +
      (next() < 0.4 ? pick('nrst') : '')
    );
  });
}

class Writer {
  readonly #next: () => number;
  readonly #words: string[];

  constructor(seed: number) {
    this.#next = numbers(seed);
    this.#words = makeVocabulary(this.#next);
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  /** Frequent words are as frequent as in a real text: the n-th is n times rarer than the first. */
  word(): string {
    return this.#words[Math.floor(VOCABULARY ** this.#next()) - 1] ?? 'word';
  }

  sentence(words: number): string {
    const text = Array.from({ length: words }, () => this.word()).join(' ');
    return text.charAt(0).toUpperCase() + text.slice(1);
  }

  body(): string {
    const paragraphs = Array.from({ length: 5 + this.below(4) }, () => {
      const sentences = Array.from({ length: 3 + this.below(4) }, () => `${this.sentence(8 + this.below(14))}.`).join(
        ' ',
      );
      return `<!-- wp:paragraph -->\n<p>${sentences}</p>\n<!-- /wp:paragraph -->`;
    });
    const heading = `<!-- wp:heading -->\n<h2 class="wp-block-heading">${this.sentence(4)}</h2>\n<!-- /wp:heading -->`;
    return [...paragraphs.slice(0, 2), heading, ...paragraphs.slice(2)].join('\n\n');
  }
}

/** People to have written the posts. They have no password, so nobody can log in as them. */
async function seedAuthors(site: Site): Promise<number[]> {
  const ids: number[] = [];
  for (let number = 1; number <= AUTHORS; number++) {
    const login = `seed-author-${number}`;
    const known = await site.users.findByLogin(login);
    const draft = { login, email: `${login}@example.org`, name: `Author ${number}`, roles: ['author'] };
    ids.push((known ?? (await site.users.create(draft, SYSTEM))).id);
  }
  return ids;
}

/** Fills a site with posts for trying it out at size. Memory does not grow with their number. */
export async function seedPosts(site: Site, { posts, seed, signal, progress }: SeedOptions): Promise<number> {
  const writer = new Writer(seed);
  const run = randomBytes(3).toString('hex');
  const categories = await Promise.all(
    CATEGORIES.map(
      async (name) =>
        (await site.terms.bySlug('category', name.toLowerCase()))?.id ??
        (await site.terms.save({ taxonomy: 'category', name }, { viewer: SYSTEM })).id,
    ),
  );
  const tags: number[] = [];
  for (let index = 0; index < 40; index++) {
    const name = `${writer.word()} ${index + 1}`;
    tags.push(
      (await site.terms.bySlug('post_tag', name.replace(' ', '-')))?.id ??
        (await site.terms.save({ taxonomy: 'post_tag', name }, { viewer: SYSTEM })).id,
    );
  }
  const authors = await seedAuthors(site);
  const start = Date.now() - posts * HOUR_MS;
  let done = 0;
  while (done < posts && !signal.aborted) {
    const size = Math.min(BATCH, posts - done);
    const from = done;
    const drafts = Array.from({ length: size }, (_, index): EntryDraft => {
      const number = from + index;
      const title = writer.sentence(3 + writer.below(5));
      return {
        type: 'post',
        status: 'publish',
        title,
        slug: `${title}-${run}-${number}`,
        content: writer.body(),
        authorId: authors[writer.below(authors.length)] ?? null,
        publishedAt: start + number * HOUR_MS,
        terms: {
          category: [categories[writer.below(categories.length)] ?? 0],
          post_tag: [tags[writer.below(20)] ?? 0, tags[20 + writer.below(20)] ?? 0],
        },
      };
    });
    await site.entries.importMany(drafts, { viewer: SYSTEM });
    done += size;
    if (done % SUM_EVERY === 0 || done === posts) await site.cron.run('compact-tallies');
    progress(done);
  }
  return done;
}
