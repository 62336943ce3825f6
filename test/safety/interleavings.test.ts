// Two people on one entry, in every order: nothing is overwritten silently, and no word that was typed is lost.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';
import { SYSTEM } from 'galley';
import type { LoggedIn } from '../../core/testing.ts';
import { Browser, type Page } from '../support/browser.ts';
import { forEachSite } from '../support/sites.ts';

const p = (text: string): string => `<!-- wp:paragraph -->\n<p>${text}</p>\n<!-- /wp:paragraph -->`;
const doc = (...texts: string[]): string => texts.map(p).join('\n\n');

type Step = 'open' | 'type' | 'autosave' | 'take' | 'save';
type Turn = [who: 0 | 1, step: Step];

const STEPS: readonly (readonly Step[])[] = [
  ['open', 'type', 'autosave', 'save'],
  ['open', 'type', 'autosave', 'take', 'save'],
];

/** All orders in which two people can take their steps, each in his own order. */
function interleavings(first: readonly Step[], second: readonly Step[]): Turn[][] {
  if (first.length === 0) return [second.map((step) => [1, step])];
  if (second.length === 0) return [first.map((step) => [0, step])];
  const [a, ...restA] = first;
  const [b, ...restB] = second;
  return [
    ...interleavings(restA, second).map((rest): Turn[] => [[0, a as Step], ...rest]),
    ...interleavings(first, restB).map((rest): Turn[] => [[1, b as Step], ...rest]),
  ];
}

const ORDERS = interleavings(STEPS[0] ?? [], STEPS[1] ?? []);
/** On MariaDB every so many, to keep the run short; they differ from SQLite only in the store. */
const EVERY = { sqlite: 1, mysql: 18 } as const;

interface Person {
  login: LoggedIn;
  browser: Browser;
  word: string;
  holder: string;
  form?: Page;
  /** The version that his form is based on. */
  base: number;
  /** The text that stood in it. */
  seen: string;
  isKept: boolean;
  /** What the last save showed him, as long as it is not solved. */
  merge?: Page;
}

forEachSite({ onGalera: true, plugins: ['posts', 'blocks', 'users', 'dashboard', 'autosave'] }, (suite) => {
  const site = () => suite.current.site;
  const logins: LoggedIn[] = [];
  before(async () => {
    for (let count = 0; count < 2; count++) logins.push(await suite.current.loginAs('editor'));
  });

  // Hundreds of orders in a minute are no person's typing; the limits have tests of their own.
  before(() => {
    suite.current.site.http.limits.need = () => undefined;
  });

  const api = async ({ login }: Person, url: string, payload: object): Promise<number> => {
    const headers = {
      cookie: login.cookie,
      'x-csrf-token': login.token,
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/json',
      accept: 'application/json',
    };
    return (await suite.current.inject({ method: 'POST', url, headers, payload: JSON.stringify(payload) })).statusCode;
  };

  /** What he saw with his word typed into it: both into the same block, or each into one of his own. */
  const typedInto = (seen: string, word: string, index: number, isSame: boolean): string =>
    isSame || index === 0 ? seen.replace('shared', `shared ${word}`) : seen.replace('tail', `tail ${word}`);

  /** Where a word is safe. */
  async function isSafe(id: number, word: string, people: readonly Person[]): Promise<boolean> {
    const entry = await site().entries.need(id, SYSTEM);
    if (entry.content.includes(word)) return true;
    const revisions = await site().entries.revisions(id, SYSTEM);
    if (revisions.some(({ content }) => content.includes(word))) return true;
    const rows = (await site().database.read('autosaves').where({ entry_id: id, state: 'open' })) as { form: string }[];
    if (rows.some(({ form }) => form.includes(word))) return true;
    return people.some(({ merge }) => merge?.html.includes(word));
  }

  async function run(order: readonly Turn[], isSame: boolean): Promise<{ conflicts: number }> {
    const { id } = await site().entries.save(
      { type: 'post', title: 'Two people', content: doc('shared', 'tail'), status: 'publish' },
      { viewer: SYSTEM },
    );
    const people = logins.map(
      (login, index): Person => ({
        login,
        browser: new Browser(() => suite.current, login.cookie),
        word: `word${index}${randomUUID().slice(0, 8)}`,
        holder: randomUUID(),
        base: 0,
        seen: '',
        isKept: false,
      }),
    );
    const url = `/admin/content/post/${id}`;
    let conflicts = 0;
    for (const [who, step] of order) {
      const person = people[who];
      assert.ok(person);
      const content = typedInto(person.seen, person.word, who, isSame);
      if (step === 'open') {
        person.form = await person.browser.get(url);
        ({ version: person.base, content: person.seen } = await site().entries.need(id, SYSTEM));
        await api(person, `/admin/api/edit-locks/${id}`, { holder: person.holder, want: 'open' });
      } else if (step === 'autosave') {
        const kept = { entryId: id, type: 'post', key: randomUUID(), holder: person.holder, version: person.base };
        assert.equal(await api(person, '/admin/api/autosaves', { ...kept, form: { content: [content] } }), 200);
      } else if (step === 'take')
        assert.equal(await api(person, `/admin/api/edit-locks/${id}`, { holder: person.holder, want: 'take' }), 200);
      else if (step === 'save') {
        const current = await site().entries.need(id, SYSTEM);
        assert.ok(person.form);
        const reply = await person.browser.submit(person.form, 'Update', { content });
        const isStale = current.version !== person.base;
        assert.equal(reply.status, isStale ? 409 : 200, 'saved if and only if nothing newer is there');
        if (isStale) {
          assert.equal((await site().entries.need(id, SYSTEM)).content, current.content, 'the newer one is untouched');
          person.merge = reply;
          conflicts++;
        }
      }
      if (step === 'autosave' || step === 'save') person.isKept = true;
      // From his first autosave or save on, his word is somewhere, whatever happens.
      for (const each of people)
        if (each.isKept) assert.ok(await isSafe(id, each.word, people), `${each.word} after ${step}`);
    }
    for (const person of people) if (person.merge) await solve(id, person);
    const last = await site().entries.need(id, SYSTEM);
    for (const { word } of people) assert.ok(last.content.includes(word), `${word} is in the end`);
    return { conflicts };
  }

  /** Takes both wherever both changed the same. */
  async function solve(id: number, person: Person): Promise<void> {
    assert.ok(person.merge);
    const names = [...person.merge.html.matchAll(/name="(merge\.take\.[^"]+)" value="both"/g)].map(
      (match) => match[1] ?? '',
    );
    const reply = await person.browser.submit(
      person.merge,
      'Save both together',
      Object.fromEntries(names.map((name) => [name, 'both'])),
    );
    assert.equal(reply.status, 200, reply.text.slice(0, 400));
    delete person.merge;
    assert.ok((await site().entries.need(id, SYSTEM)).content.includes(person.word));
  }

  for (const isSame of [true, false]) {
    test(`two people in the ${isSame ? 'same block' : 'same text, each in a block of his own'}: every order`, async (context) => {
      const orders = ORDERS.filter((_, index) => index % EVERY[suite.kind] === 0);
      let conflicts = 0;
      for (const order of orders) {
        const name = order.map(([who, step]) => `${'AB'[who]}.${step}`).join(' ');
        try {
          conflicts += (await run(order, isSame)).conflicts;
        } catch (error) {
          throw new Error(`In the order ${name}`, { cause: error });
        }
      }
      context.diagnostic(`${orders.length} orders, ${conflicts} of them with a conflict, no word lost`);
      assert.ok(conflicts > 0 && conflicts < orders.length * 2);
    });
  }
});
