import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { before, test } from 'node:test';
import { type Entry, SYSTEM, type Viewer } from 'galley';
import { Browser } from '../../../test/support/browser.ts';
import { forEachSite } from '../../../test/support/sites.ts';
import { plantFields } from './plant-fields.ts';

const PLUGINS = ['posts', 'blocks', 'users', 'media', 'dashboard', 'editor', 'field-guide'];

/** What a person types into the form of a plant. */
const TYPED = {
  latin: 'Allium ursinum',
  code: 'wild-garlic',
  looks: '<p>Broad leaves, <strong>white</strong> stars.</p>',
  height: '40',
  leaf: '12.5',
  colour: '#ffffff',
  soil: 'loam',
  light: 'shade',
  months: ['apr', 'may'],
  recipe: 'Pesto.',
  poisonous: '0',
  cooking: '0:10:00',
  notes: '# Smell',
  expert: 'ada@example.org',
  source: 'https://example.org/',
  price: '2.50',
  seeds: '12345678901234567',
  found: '1753-05-01',
  opens: '06:30',
  checked: '2026-04-05T09:30',
  raw: '{"a":[1]}',
};

forEachSite({ plugins: PLUGINS, pluginFolders: [dirname(import.meta.dirname)] }, (suite) => {
  const site = () => suite.current.site;
  let editor: Browser;
  let viewer: Viewer;
  let wood: Entry;
  let meadow: Entry;
  before(async () => {
    const loggedIn = await suite.current.loginAs('editor');
    editor = new Browser(() => suite.current, loggedIn.cookie);
    viewer = loggedIn.viewer;
    const habitat = (title: string) =>
      site().entries.save({ type: 'habitat', title, status: 'publish' }, { viewer: SYSTEM });
    [wood, meadow] = [await habitat('Wood'), await habitat('Meadow')];
  });
  const fill = (values: Record<string, string | string[] | boolean>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [`fields.${name}`, value]));
  const plant = (title: string, fields: Record<string, unknown> = {}) =>
    site().entries.save({ type: 'plant', title, status: 'publish', fields: { latin: title, ...fields } }, { viewer });

  test('every kind is typed, stored, shown again, and a form that nobody touched changes nothing', async () => {
    const form = await editor.get('/admin/content/plant/new');
    const saved = await editor.submit(form, 'Publish', {
      title: 'Wild garlic',
      ...fill({ ...TYPED, edible: true, habitats: [String(wood.id)], keeper: '1' }),
      'fields.size.rows': '3',
      'fields.names.0.name': 'Bärlauch',
      'fields.names.0.language': 'German',
    });
    assert.match(saved.text, /Saved/, saved.text.slice(0, 900));
    const id = Number(/(\d+)$/.exec(saved.url)?.[1]);
    const { fields } = await site().entries.need(id, SYSTEM);
    const { licence, picture, sheet, family, ...held } = fields;
    assert.deepEqual([licence, picture, sheet, family], [undefined, null, null, null]);
    assert.deepEqual(held, {
      ...TYPED,
      height: 40,
      leaf: 12.5,
      poisonous: false,
      cooking: 600,
      checked: '2026-04-05T09:30:00.000Z',
      raw: { a: [1] },
      edible: true,
      habitats: [wood.id],
      keeper: 1,
      size: { rows: 3, distance: null },
      names: [{ name: 'Bärlauch', language: 'German' }],
      story: [],
    });
    const known = new Set([...Object.keys(fields), 'licence', 'sightings']);
    assert.deepEqual(
      Object.keys(plantFields).filter((name) => !known.has(name)),
      [],
      'no kind was forgotten here',
    );
    assert.match(saved.html, /value="0:10:00"/);
    assert.match((await editor.submit(await editor.get(saved.url), 'Update')).text, /Saved/);
    assert.deepEqual((await site().entries.need(id, SYSTEM)).fields, fields);
  });

  test('what is wrong is said at its control and in the summary, and nothing that was typed is lost', async () => {
    const wrong = {
      height: '0',
      leaf: 'long',
      colour: 'blue',
      expert: 'nobody',
      source: 'javascript:alert(1)',
      price: 'much',
      seeds: '1.5',
      cooking: 'a while',
      raw: '{',
      code: 'No Slug',
      opens: '25:00',
    };
    const form = await editor.get('/admin/content/plant/new');
    const { raw, ...rest } = wrong;
    for (const [values, names] of [
      [rest, Object.keys(rest)],
      [{ raw }, ['raw']],
    ] as const) {
      const page = await editor.submit(form, 'Publish', { title: 'Kept', ...fill({ ...values }) });
      assert.equal(page.status, 422);
      for (const name of names) {
        assert.match(page.html, new RegExp(`href="#f-fields-${name}"`), `${name} is in the summary`);
        assert.match(page.html, new RegExp(`id="f-fields-${name}"[^>]*aria-invalid="true"`), `${name} is marked`);
      }
      for (const value of Object.values(values))
        assert.ok(page.html.includes(value.replace('"', '&quot;')), `${value} is still there`);
    }
  });

  test('formatted text is cleaned when it is saved, also by those who may store any HTML', async () => {
    const { fields } = await site().entries.save(
      {
        type: 'plant',
        title: 'Thistle',
        status: 'publish',
        fields: { latin: 'Carduus', looks: '<p onclick="x()">Spiny<script>alert(1)</script></p>' },
      },
      { viewer: SYSTEM },
    );
    assert.equal(fields['looks'], '<p>Spiny</p>');
  });

  test('a field that depends on another is asked for only while it is there, and keeps what it held', async () => {
    await assert.rejects(plant('Nettle', { edible: true }), /recipe is required/);
    const nettle = await plant('Nettle', { edible: false });
    const { version } = await site().entries.save(
      { id: nettle.id, fields: { edible: true, recipe: 'Soup.' } },
      { viewer, version: nettle.version },
    );
    const hidden = await site().entries.save({ id: nettle.id, fields: { edible: false } }, { viewer, version });
    assert.equal(hidden.fields['recipe'], 'Soup.');
    const form = await editor.get(`/admin/content/plant/${nettle.id}`);
    assert.match(form.html, /data-show-if="\{&quot;field&quot;:&quot;fields\.edible&quot;/);
    assert.match(form.text, /Counts only where “It can be eaten” is “Yes”/, 'without scripts it is said in words');
  });

  test('rows of different layouts are added, checked and ordered', async () => {
    const form = await editor.get('/admin/content/plant/new');
    const asked = await editor.submit(form, 'Add a row', { title: 'Told', 'fields.names.0.name': 'First' });
    assert.match(asked.html, /name="fields\.names\.1\.name"/);
    const tall = await plant('Told', {
      story: [
        { layout: 'quote', text: 'Smells.', by: null },
        { layout: 'fact', fact: 'Green.' },
      ],
    });
    const page = await editor.get(`/admin/content/plant/${tall.id}`);
    const moved = await editor.submit(page, 'Update', { 'fields.story.0._order': '5' });
    assert.match(moved.text, /Saved/);
    const { fields } = await site().entries.need(tall.id, SYSTEM);
    assert.deepEqual(
      (fields['story'] as { layout: string }[]).map(({ layout }) => layout),
      ['fact', 'quote'],
    );
    const empty = await editor.submit(await editor.get(`/admin/content/plant/${tall.id}`), 'Update', {
      'fields.story.1.text': '',
    });
    assert.equal(empty.status, 422);
    assert.match(empty.html, /href="#f-fields-story-1-text">Words: Fill this in\./);
    await assert.rejects(plant('Wrong', { story: [{ layout: 'virus' }] }), /cannot be saved/);
    await assert.rejects(plant('Wrong', { story: [{ layout: 'fact', fact: 'x', more: 1 }] }), /cannot be saved/);
  });

  test('a field that one may not change is shown and not changed, whatever is sent', async () => {
    const mint = await plant('Mint');
    await site().entries.save({ id: mint.id, fields: { licence: 'CC0' } }, { viewer: SYSTEM });
    const form = await editor.get(`/admin/content/plant/${mint.id}`);
    assert.match(form.text, /Licence of the data CC0/);
    assert.doesNotMatch(form.html, /name="fields\.licence"/);
    assert.match((await editor.submit(form, 'Update', { title: 'Mint again' })).text, /Saved/);
    await assert.rejects(
      site().entries.save({ id: mint.id, fields: { licence: 'mine' } }, { viewer }),
      /You may not change the field “Licence of the data”/,
    );
    assert.equal((await site().entries.need(mint.id, SYSTEM)).fields['licence'], 'CC0');
  });

  test('a relation is seen and changed from both sides, in the order that was chosen', async () => {
    const [oak, ash] = [await plant('Oak', { habitats: [meadow.id] }), await plant('Ash')];
    const shown = await editor.get(`/admin/content/habitat/${meadow.id}`);
    assert.match(shown.html, new RegExp(`name="fields.plants" value="${oak.id}" checked`));
    const saved = await editor.submit(shown, 'Update', { 'fields.plants': [String(ash.id), String(oak.id)] });
    assert.match(saved.text, /Saved/, saved.text.slice(0, 600));
    const [nowAsh, nowOak] = [await site().entries.need(ash.id), await site().entries.need(oak.id)];
    assert.deepEqual([nowAsh.fields['habitats'], nowOak.version], [[meadow.id], oak.version]);
    assert.equal(nowAsh.version, ash.version + 1, 'the other side has a version of its own');
    const [presented] = await site().entries.present([await site().entries.need(meadow.id)]);
    assert.deepEqual(presented?.fields['plants'], [ash.id, oak.id]);
    await site().entries.save({ id: meadow.id, fields: { plants: [ash.id] } }, { viewer });
    assert.deepEqual((await site().entries.need(oak.id)).fields['habitats'], []);
    await site().entries.save({ id: ash.id, fields: { habitats: [] } }, { viewer });
    const { fields } = await site().entries.linked(await site().entries.need(meadow.id));
    assert.deepEqual(fields['plants'], [], 'what goes on one side is gone on the other');
  });

  test('nobody changes by a relation what he may not edit', async () => {
    const foreign = await plant('Foreign');
    const contributor = (await suite.current.loginAs('contributor')).viewer;
    const own = await site().entries.save({ type: 'habitat', title: 'Mine' }, { viewer: contributor });
    await assert.rejects(
      site().entries.save({ id: own.id, fields: { plants: [foreign.id] } }, { viewer: contributor }),
      { code: 'GALLEY_PERMISSION_DENIED' },
    );
    assert.equal((await site().entries.need(foreign.id)).version, foreign.version);
    await assert.rejects(site().entries.save({ id: own.id, fields: { plants: [wood.id] } }, { viewer }), /no plant/);
  });

  test('children are made, changed, ordered and removed in the form of their parent, all or none', async () => {
    const fern = await plant('Fern');
    const save = (sightings: object[], more: object = {}) =>
      site().entries.save({ id: fern.id, children: { sightings }, ...more }, { viewer });
    await save([
      { title: 'At the brook', fields: { seen: '2026-05-01', number: 2 } },
      { title: 'Under the oak', fields: { seen: '2026-05-02' } },
    ]);
    const list = async () => (await site().entries.children(await site().entries.need(fern.id), viewer))['sightings'];
    const [first, second] = (await list()) ?? [];
    assert.ok(first && second);
    assert.deepEqual([first.title, first.status, first.fields['plant']], ['At the brook', 'publish', fern.id]);
    const form = await editor.get(`/admin/content/plant/${fern.id}`);
    const changed = await editor.submit(form, 'Update', {
      'fields.sightings.0._order': '9',
      'fields.sightings.1._title': 'Under the old oak',
    });
    assert.match(changed.text, /Saved/, changed.text.slice(0, 600));
    assert.deepEqual(
      (await list())?.map(({ title, version }) => [title, version]),
      [
        ['Under the old oak', 2],
        ['At the brook', 2],
      ],
    );
    const wrong = await editor.submit(await editor.get(`/admin/content/plant/${fern.id}`), 'Update', {
      title: 'Fern, renamed',
      'fields.sightings.1.seen': '',
    });
    assert.equal(wrong.status, 422);
    assert.match(wrong.html, /href="#f-fields-sightings-1-seen">Seen on: Fill this in\./);
    assert.equal((await site().entries.need(fern.id)).title, 'Fern', 'nothing was saved where one part is wrong');
    await assert.rejects(save([{ id: second.id, version: 1, title: 'Late' }]), /Somebody else changed/);
    await assert.rejects(save([{ id: wood.id, title: 'Taken' }]), /no sighting/);
    const other = await plant('Other');
    const theirs = (
      await site().entries.save(
        { type: 'sighting', title: 'Theirs', status: 'publish', fields: { plant: other.id, seen: '2026-05-03' } },
        { viewer },
      )
    ).id;
    await assert.rejects(save([{ id: theirs, title: 'Stolen' }]), /does not belong here/);
    const gone = await editor.get(`/admin/content/plant/${fern.id}`);
    await editor.submit(gone, 'Update', { 'fields.sightings.0._remove': true });
    assert.deepEqual(
      (await list())?.map(({ title }) => title),
      ['At the brook'],
    );
    assert.equal((await site().entries.need(second.id, SYSTEM)).status, 'trash');
  });

  test('what a field may lead to is found by those who write, with what a plugin adds', async () => {
    const remove = site().hooks.addFilter('admin:field-options', (options) =>
      options.map((option) => ({ ...option, note: 'seen' })),
    );
    const { cookie } = await suite.current.loginAs('author');
    const url = '/admin/api/fields/options?kind=relation&to=habitat&search=Woo';
    const reply = await suite.current.inject({ url, headers: { cookie } });
    assert.deepEqual(reply.json().items, [{ value: String(wood.id), label: 'Wood', note: 'seen' }]);
    remove();
    const reader = (await suite.current.loginAs('subscriber')).cookie;
    assert.equal((await suite.current.inject({ url, headers: { cookie: reader } })).statusCode, 403);
  });

  test('settings depend on each other, and a secret one is written and never shown', async () => {
    const admin = new Browser(() => suite.current, (await suite.current.loginAs('administrator')).cookie);
    const form = await admin.get('/admin/settings/field-guide');
    assert.match(form.html, /data-show-if="\{&quot;field&quot;:&quot;settings\.field_guide\.map&quot;/);
    const saved = await admin.submit(form, 'Save settings', {
      'settings.field_guide.shown': '3',
      'settings.field_guide_token': 'very secret',
    });
    assert.match(saved.text, /Saved/);
    assert.equal(await site().options.get('field_guide_token'), 'very secret');
    assert.doesNotMatch(saved.html, /very secret/);
    assert.match(saved.text, /One is stored/);
    const kept = await admin.submit(saved, 'Save settings');
    assert.equal(await site().options.get('field_guide_token'), 'very secret');
    await admin.submit(kept, 'Save settings', { 'settings.field_guide_token.forget': true });
    assert.equal(await site().options.get('field_guide_token'), '');
  });

  test('its list has a column, a filter, and an action on several that is taken back', async () => {
    const [reed, moss] = [
      await plant('Reed', { height: 300, soil: 'sand' }),
      await plant('Moss', { height: 3, soil: 'sand' }),
    ];
    await site().entries.save(
      { type: 'sighting', title: 'By the lake', status: 'publish', fields: { plant: reed.id, seen: '2026-05-01' } },
      { viewer: SYSTEM },
    );
    const tall = await editor.get('/admin/content/plant?filter.tall=tall');
    assert.match(tall.html, />Reed</);
    assert.doesNotMatch(tall.html, />Moss</);
    assert.match(tall.text, /Sightings.*Reed.*Quick edit.* 1 /s);
    const list = await editor.get('/admin/content/plant?search=Moss');
    const done = await editor.submit(list, 'Apply', { ids: [String(moss.id)], action: 'soil-loam' });
    assert.match(done.text, /One plant is changed/);
    assert.equal((await site().entries.need(moss.id)).fields['soil'], 'loam');
    await editor.submit(done, 'Undo');
    assert.equal((await site().entries.need(moss.id)).fields['soil'], 'sand');
  });

  test('its panel has a chart, and its block is set in the editor', async () => {
    await plant('Clay lover', { soil: 'clay' });
    const home = await editor.get('/admin');
    assert.match(home.text, /Soil Plants.*Sand \d+.*Loam \d+.*Clay 1/s);
    const form = await editor.get('/admin/content/post/new');
    assert.match(form.html, /field-guide\/plants.*"kind":"select","label":"Soil"/s);
    const content = '<!-- wp:field-guide/plants {"soil":"clay","heading":"On <clay>"} /-->';
    const post = await site().entries.save({ type: 'post', title: 'Some', content }, { viewer: SYSTEM });
    const [presented] = await site().entries.present([post], { content: true });
    assert.match(
      presented?.content.value ?? '',
      /<h3>On &lt;clay&gt;<\/h3><ul><li><a[^>]*>Clay lover<\/a><\/li><\/ul>/,
    );
  });

  test('its block, its panel and its menu entry are there', async () => {
    const content = '<!-- wp:field-guide/plants /-->';
    const post = await site().entries.save({ type: 'post', title: 'All', content }, { viewer: SYSTEM });
    const [presented] = await site().entries.present([post], { content: true });
    assert.match(presented?.content.value ?? '', /<li><a href="\/plant\/[^"]+\/">/);
    const admin = new Browser(() => suite.current, (await suite.current.loginAs('administrator')).cookie);
    const home = await admin.get('/admin');
    assert.match(home.text, /Field guide.*Plants/);
    assert.match(home.html, /href="\/admin\/settings\/field-guide"/);
  });
});
