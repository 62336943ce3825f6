import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type FieldDefinition, type Fields, SYSTEM } from 'galley';
import { startTestSite } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';
import { until } from '../../test/support/served-site.ts';
import { forEachSite } from '../../test/support/sites.ts';
import type { StoredType } from './definitions.ts';

const PLUGINS = ['posts', 'blocks', 'users', 'dashboard', 'content-types'];
const RECIPE: StoredType = { title: 'Recipes', singular: 'Recipe', supports: ['title', 'content'], public: true };

forEachSite({ plugins: PLUGINS }, (suite) => {
  const site = () => suite.current.site;
  const own = () => site().services.use('contentTypes');
  const change = async () => ({ revision: (await own().read()).revision });
  let admin: Browser;
  before(async () => {
    admin = new Browser(() => suite.current, (await suite.current.loginAs('administrator')).cookie);
  });

  test('a type is made in the admin without scripts, is live at once, and its field works', async () => {
    const form = await admin.get('/admin/content-types/new');
    const typed = {
      'type.title': 'Recipes',
      'type.singular': 'Recipe',
      'type.key': 'recipe',
      'type.archive': 'recipes',
      'type.fields.0.label': 'Minutes',
      'type.fields.0.key': 'minutes',
      'type.fields.0.kind': 'integer',
      'type.fields.0.min': '1',
      'type.fields.0.required': true,
    };
    const saved = await admin.submit(form, 'Save: it is live at once', typed);
    assert.match(saved.text, /“Recipes” is saved and live/, saved.text.slice(0, 900));
    assert.match(saved.html, /href="\/admin\/content\/recipe"/, 'it is in the menu');
    const entry = await admin.get('/admin/content/recipe/new');
    const wrong = await admin.submit(entry, 'Publish', { title: 'Soup', 'fields.minutes': '0' });
    assert.match(wrong.html, /href="#f-fields-minutes">Minutes: At least 1\./);
    const out = await admin.submit(wrong, 'Publish', { 'fields.minutes': '20' });
    assert.match(out.text, /Saved/);
    const visitor = new Browser(() => suite.current);
    assert.match((await visitor.get('/recipes/')).text, /Soup/, 'the list of all');
    const single = await visitor.get('/recipe/soup/');
    assert.equal(single.status, 200);
    assert.match(single.text, /Soup/);
  });

  test('the row that is offered may stay empty; what is wrong is said at its field, also in the second row', async () => {
    const form = await admin.get('/admin/content-types/new');
    const names = { 'type.title': 'Notes', 'type.singular': 'Note', 'type.key': 'memo' };
    assert.match((await admin.submit(form, 'Save: it is live at once', names)).text, /“Notes” is saved and live/);
    assert.deepEqual((await own().read()).types['memo']?.fields, {});
    await own().removeType('memo', await change());
    const unkeyed = await admin.submit(await admin.get('/admin/content-types/new'), 'Save: it is live at once', {
      'type.title': 'Fête notes',
      'type.singular': 'Fête note',
      'type.fields.0.label': 'Où: 2nd place',
      'type.fields.0.kind': 'text',
    });
    assert.match(unkeyed.text, /“Fête notes” is saved and live/);
    assert.deepEqual(Object.keys((await own().read()).types['fete_note']?.fields ?? {}), ['ou_2nd_place']);
    await own().removeType('fete_note', await change());
    const again = await admin.get('/admin/content-types/new');
    const nameless = await admin.submit(again, 'Save: it is live at once', { 'type.key': 'memo' });
    assert.match(nameless.html, /href="#f-type-title">Name of many: Fill this in\./);
    const row = (index: number, key: string, label: string): Record<string, string> => ({
      [`type.fields.${index}.key`]: key,
      [`type.fields.${index}.label`]: label,
      [`type.fields.${index}.kind`]: 'text',
    });
    const asked = await admin.submit(again, 'Add a row: Fields', { ...names, ...row(0, 'one', 'One') });
    const double = await admin.submit(asked, 'Save: it is live at once', row(1, 'one', 'Two'));
    assert.match(double.html, /href="#f-type-fields-1-key">Key: The key “one” stands twice\./);
    const bare = await admin.submit(asked, 'Save: it is live at once', row(1, 'two', ''));
    assert.match(bare.html, /href="#f-type-fields-1-label">Label: The field “two”: it needs a label\./);
    const taken = await admin.submit(asked, 'Save: it is live at once', { 'type.key': 'recipe' });
    assert.match(taken.html, /href="#f-type-key">Key: There is something called “recipe” already\./);
  });

  test('the form of a type with ten fields is no burden, and shows of each field what its kind needs', async () => {
    const kinds = [
      'text',
      'integer',
      'select',
      'relation',
      'repeater',
      'text',
      'date',
      'boolean',
      'url',
      'media',
    ] as const;
    const inner: Fields = { ink: { kind: 'text', label: 'Ink' } };
    const fields = Object.fromEntries(
      kinds.map((kind, index): [string, FieldDefinition] => [
        `f${index}`,
        {
          kind,
          label: `Field ${index}`,
          ...(kind === 'select' ? { choices: { a: 'A' } } : {}),
          ...(kind === 'relation' ? { to: 'post' } : {}),
          ...(kind === 'repeater' ? { fields: inner } : {}),
        },
      ]),
    );
    await own().saveType('ten', { ...RECIPE, title: 'Tens', singular: 'Ten', fields }, await change());
    const form = await admin.get('/admin/content-types/type/ten');
    assert.ok(form.html.length < 150_000, `${form.html.length} characters`);
    assert.doesNotMatch(form.html, /type\.fields\.0\.(choices|fields|min)"/);
    // Without scripts the kind of a field is changed; what it then needs is there when the form comes back.
    const asked = await admin.submit(form, 'Save: it is live at once', { 'type.fields.0.kind': 'select' });
    assert.match(asked.html, /textarea[^>]* name="type\.fields\.0\.choices"/);
    const saved = await admin.submit(asked, 'Save: it is live at once', { 'type.fields.0.choices': 'a : First' });
    assert.match(saved.text, /saved and live/);
    const stored = (await own().read()).types['ten']?.fields ?? {};
    assert.deepEqual(stored['f0'], { kind: 'select', label: 'Field 0', choices: { a: 'First' } });
    assert.deepEqual({ ...stored, f0: fields['f0'] }, fields, 'the others are as they were');
    await own().removeType('ten', await change());
  });

  test('a form that nobody touched changes nothing, and a stale one is refused', async () => {
    const before = await own().read();
    const page = await admin.get('/admin/content-types/type/recipe');
    const stale = await admin.get('/admin/content-types/type/recipe');
    assert.match((await admin.submit(page, 'Save: it is live at once')).text, /saved and live/);
    const after = await own().read();
    assert.deepEqual(after.types['recipe']?.fields, before.types['recipe']?.fields);
    const refused = await admin.submit(stale, 'Save: it is live at once', { 'type.title': 'Lost' });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /somebody else changed the content types/);
    assert.match(refused.html, /value="Lost"/, 'what was typed is still there');
  });

  test('what is made on one node is seen and used on the other within moments, and goes there too', async (t) => {
    const url = site().config.database.url;
    const database = url.startsWith('sqlite:') ? `sqlite:${suite.current.contentDir}/test.sqlite` : url;
    const other = await startTestSite({ plugins: PLUGINS, database, contentDir: suite.current.contentDir });
    t.after(() => other.stop());
    await own().saveType('poem', { ...RECIPE, title: 'Poems', singular: 'Poem' }, await change());
    await until('the type is seen by the other node', () => other.site.types.has('poem'));
    const { id } = await other.site.entries.save({ type: 'poem', title: 'Ode', status: 'publish' }, { viewer: SYSTEM });
    assert.equal((await other.inject({ url: '/poem/ode/' })).statusCode, 200);
    assert.equal((await site().entries.need(id)).title, 'Ode');
    await own().removeType('poem', await change());
    await until('it is gone there too', () => !other.site.types.has('poem'));
  });

  test('a type that is taken away hides its entries and gives them back', async () => {
    const asked = await admin.get('/admin/content-types/type/recipe/delete');
    assert.match(asked.text, /1 entry is hidden, not deleted/);
    const gone = await admin.submit(asked, 'Take it away');
    assert.match(gone.text, /What was written is kept/);
    assert.equal((await new Browser(() => suite.current).get('/recipe/soup/')).status, 404);
    await own().saveType('recipe', { ...RECIPE, fields: {} }, await change());
    const { items } = await site().entries.find({ type: 'recipe' });
    assert.deepEqual(
      items.map(({ title, fields }) => [title, fields['minutes']]),
      [['Soup', 20]],
    );
    const [soup] = items;
    const saved = await site().entries.save({ id: soup?.id ?? 0, title: 'Broth' }, { viewer: SYSTEM });
    assert.equal(saved.fields['minutes'], 20, 'the value of a field that went is kept, and stands in nobody’s way');
  });

  test('a field that is marked for lists is written to the index for what is there already', async () => {
    const fields = { minutes: { kind: 'integer', label: 'Minutes', index: true } } as const;
    await own().saveType('recipe', { ...RECIPE, fields }, await change());
    const where = { minutes: { gte: 10 } };
    const found = async (): Promise<number> => (await site().entries.find({ type: 'recipe', where })).items.length;
    await until('it is found by its number', async () => (await found()) > 0);
    assert.equal(await found(), 1);
  });

  test('taxonomies are made too, and have terms and addresses', async () => {
    const form = await admin.get('/admin/content-types/new-taxonomy');
    await admin.submit(form, 'Save: it is live at once', {
      'type.title': 'Cuisines',
      'type.singular': 'Cuisine',
      'type.key': 'cuisine',
      'type.base': 'cuisine',
    });
    assert.equal((await admin.get('/admin/terms/cuisine')).status, 200);
    await own().saveType('recipe', { ...RECIPE, taxonomies: ['cuisine'] }, await change());
    await site().entries.save(
      { type: 'recipe', title: 'Dumplings', status: 'publish', terms: { cuisine: ['Swabian'] } },
      { viewer: SYSTEM },
    );
    assert.match((await new Browser(() => suite.current).get('/cuisine/swabian/')).text, /Dumplings/);
  });

  test('what would harm is refused with a reason, and nothing is stored', async () => {
    const before = await own().read();
    const field = (definition: object) => ({ ...RECIPE, fields: { x: definition } }) as unknown as StoredType;
    const refusals: [string, unknown, RegExp][] = [
      ['post', RECIPE, /reserved/],
      ['constructor', RECIPE, /reserved/],
      ['__proto__', RECIPE, /small letters/],
      ['UPPER', RECIPE, /small letters/],
      ['a'.repeat(21), RECIPE, /1 to 20/],
      ['cuisine', RECIPE, /already/],
      ['category', RECIPE, /reserved|already/],
      ['role', { ...RECIPE, base: 'admin' }, /used by Galley/],
      ['thing', { ...RECIPE, base: '../x' }, /pattern|must match/],
      ['thing', { ...RECIPE, base: 'recipe' }, /belongs to Recipes/],
      ['thing', { ...RECIPE, supports: ['magic'] }, /allowed values/],
      ['thing', { ...RECIPE, capability: 'post' }, /additional/],
      ['thing', field({ kind: 'virus', label: 'X' }), /no kind “virus”/],
      ['thing', field({ kind: 'text' }), /needs a label/],
      ['thing', field({ kind: 'text', label: 'X', pattern: '(' }), /no regular expression/],
      ['thing', field({ kind: 'text', label: 'X', pattern: '(a+)+$' }), /repeats/],
      ['thing', field({ kind: 'text', label: 'X', validate: 'x' }), /no “validate”/],
      ['thing', field({ kind: 'select', label: 'X' }), /needs choices/],
      ['thing', field({ kind: 'relation', label: 'X' }), /leads to/],
      ['thing', { ...RECIPE, fields: { constructor: { kind: 'text', label: 'X' } } }, /reserved/],
    ];
    for (const [key, type, reason] of refusals)
      await assert.rejects(own().saveType(key, type as StoredType, await change()), reason, `${key} ${reason}`);
    const deep = (level: number): object =>
      level === 0 ? { kind: 'text', label: 'X' } : { kind: 'group', label: 'G', fields: { x: deep(level - 1) } };
    await assert.rejects(own().saveType('thing', field(deep(9)), await change()), /levels deep/);
    assert.deepEqual(await own().read(), before);
  });

  test('definitions go out and come in as JSON', async () => {
    const exported = await admin.get('/admin/content-types/export');
    const all = JSON.parse(exported.html);
    assert.ok(all.types.recipe);
    all.types.book = { ...RECIPE, title: 'Books', singular: 'Book' };
    const form = await admin.get('/admin/content-types/import');
    const done = await admin.submit(form, 'Import', { definitions: JSON.stringify(all) });
    assert.match(done.text, /Imported/);
    assert.ok(site().types.has('book'));
    const wrong = await admin.submit(form, 'Import', { definitions: '{"types":{"user":{}}}' });
    assert.equal(wrong.status, 422);
    const broken = await admin.submit(form, 'Import', { definitions: '{"types": {\n  "pen": }}' });
    assert.match(broken.text, /no JSON: it cannot be read from line 2, column 10 on/);
    const labelless = JSON.stringify({ types: { pen: { ...RECIPE, fields: { ink: { kind: 'text' } } } } });
    const unlabelled = await admin.submit(form, 'Import', { definitions: labelless });
    assert.match(unlabelled.text, /The definition of “pen” is not right: The field “ink”: it needs a label\./);
    const numbered = JSON.stringify({ types: { pen: { ...RECIPE, title: 7 } } });
    assert.match(
      (await admin.submit(form, 'Import', { definitions: numbered })).text,
      /at types\.pen\.title does not fit/,
    );
    assert.match((await admin.submit(form, 'Import', { definitions: '[]' })).text, /neither types nor taxonomies/);
  });

  test('definitions come in as a file too, which is shown with what is wrong with it', async () => {
    const send = async (text: string) => {
      const token = /name="_token" value="([^"]+)"/.exec((await admin.get('/admin/content-types/import')).html)?.[1];
      const body = new FormData();
      body.set('_token', token ?? '');
      body.set('definitions', '');
      body.set('file', new File([text], 'content-types.json', { type: 'application/json' }));
      const sent = new Response(body);
      const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      return suite.current.inject({
        method: 'POST',
        url: '/admin/content-types/import',
        headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': sent.headers.get('content-type') ?? '' },
        payload: Buffer.from(await sent.arrayBuffer()),
      });
    };
    const pen = { types: { pen: { ...RECIPE, title: 'Pens', singular: 'Pen' } } };
    const done = await send(`\uFEFF${JSON.stringify(pen, null, 2)}`);
    assert.equal(done.statusCode, 303, done.body.slice(0, 500));
    assert.ok(site().types.has('pen'));
    const wrong = await send('{"types": [oops');
    assert.equal(wrong.statusCode, 422);
    assert.match(wrong.body, /line 1, column 12/);
    assert.match(wrong.body, /<textarea[^>]*>\s*\{&quot;types&quot;: \[oops<\/textarea>/);
    assert.match((await send('')).body, /Choose a file, or paste definitions/);
  });

  test('only administrators make types, and types of code are not changed here', async () => {
    const editor = new Browser(() => suite.current, (await suite.current.loginAs('editor')).cookie);
    assert.equal((await editor.get('/admin/content-types')).status, 403);
    assert.equal((await admin.get('/admin/content-types/type/post')).status, 404);
    assert.match((await admin.get('/admin/content-types')).text, /From the plugin posts/);
  });
});
