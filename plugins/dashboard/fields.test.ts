import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Entry, type FieldDefinition, SYSTEM } from 'galley';
import { startTestSite, type TestSite } from 'galley/testing';
import { Browser } from '../../test/support/browser.ts';

let current: TestSite;
let editor: Browser;
let other: Entry;

const FIELDS: Record<string, FieldDefinition> = {
  text: { kind: 'text', label: 'Text', required: true },
  textarea: { kind: 'textarea', label: 'Area' },
  richtext: { kind: 'richtext', label: 'Rich' },
  markdown: { kind: 'markdown', label: 'Markdown' },
  email: { kind: 'email', label: 'Mail' },
  url: { kind: 'url', label: 'Link' },
  slug: { kind: 'slug', label: 'Slug' },
  integer: { kind: 'integer', label: 'Whole', min: 1 },
  bigint: { kind: 'bigint', label: 'Big' },
  number: { kind: 'number', label: 'Number' },
  decimal: { kind: 'decimal', label: 'Price' },
  boolean: { kind: 'boolean', label: 'On' },
  date: { kind: 'date', label: 'Day' },
  time: { kind: 'time', label: 'Time' },
  datetime: { kind: 'datetime', label: 'Moment' },
  duration: { kind: 'duration', label: 'Lasts' },
  select: { kind: 'select', label: 'Size', choices: { s: 'Small', l: 'Large' } },
  multiselect: { kind: 'multiselect', label: 'Days', choices: { mo: 'Monday', tu: 'Tuesday' } },
  color: { kind: 'color', label: 'Colour' },
  json: { kind: 'json', label: 'Data' },
  relation: { kind: 'relation', label: 'Related', to: 'post', many: true },
  user: { kind: 'user', label: 'Person' },
  term: { kind: 'term', label: 'Subject', to: 'category' },
  group: { kind: 'group', label: 'Place', fields: { city: { kind: 'text', label: 'City' } } },
  repeater: {
    kind: 'repeater',
    label: 'Steps',
    fields: { name: { kind: 'text', label: 'Step', required: true }, done: { kind: 'boolean', label: 'Done' } },
  },
};

before(async () => {
  current = await startTestSite({ plugins: ['posts', 'blocks', 'users', 'dashboard'] });
  current.site.types.register('everything', {
    title: 'Everythings',
    singular: 'Everything',
    supports: ['title', 'revisions'],
    capability: 'post',
    fields: FIELDS,
  });
  other = await current.site.entries.save(
    { type: 'post', title: 'Related piece', status: 'publish', terms: { category: ['Subject'] } },
    { viewer: SYSTEM },
  );
  editor = new Browser(() => current, (await current.loginAs('editor')).cookie);
});
after(() => current.stop());

test('a type that was registered just now has its screens, with a control for every kind of field', async () => {
  const form = await editor.get('/admin/content/everything/new');
  const [subject] = await current.site.terms.list('category', { search: 'Subject' });
  const values = {
    text: 'A text',
    textarea: 'two\nlines',
    richtext: '<p>rich</p>',
    markdown: '# mark',
    email: 'a@example.org',
    url: 'https://example.org/',
    slug: 'a-slug',
    integer: '3',
    bigint: '12345678901234567',
    number: '2.5',
    decimal: '9.90',
    date: '2026-11-21',
    time: '10:30',
    datetime: '2026-11-21T10:30',
    duration: '90',
    select: 'l',
    multiselect: ['mo', 'tu'],
    color: '#1d6f73',
    json: '{"a":1}',
    relation: [String(other.id)],
    user: '1',
    term: String(subject?.id),
  };
  const fill = Object.fromEntries(Object.entries(values).map(([name, value]) => [`fields.${name}`, value]));
  const saved = await editor.submit(form, 'Publish', {
    title: 'All kinds',
    ...fill,
    'fields.boolean': true,
    'fields.group.city': 'Mainz',
    'fields.repeater.0.name': 'Ink',
  });
  assert.match(saved.text, /Saved/, saved.text);
  const id = Number(/(\d+)$/.exec(saved.url)?.[1]);
  const { fields } = await current.site.entries.need(id, SYSTEM);
  assert.deepEqual(fields, {
    ...values,
    integer: 3,
    number: 2.5,
    boolean: true,
    datetime: '2026-11-21T10:30:00.000Z',
    duration: 90,
    json: { a: 1 },
    relation: [other.id],
    user: 1,
    term: subject?.id,
    group: { city: 'Mainz' },
    repeater: [{ name: 'Ink', done: false }],
  });
  const again = await editor.submit(await editor.get(saved.url), 'Update');
  assert.match(again.text, /Saved/);
  assert.deepEqual(
    (await current.site.entries.need(id, SYSTEM)).fields,
    fields,
    'a form that nobody touched changes nothing',
  );
});

test('what cannot be read and what is wrong besides is said at once; a draft may be unfinished', async () => {
  const form = await editor.get('/admin/content/everything/new');
  const typed = { title: 'Wrong', 'fields.json': '{', 'fields.email': 'nobody', 'fields.decimal': '9,90' };
  const refused = await editor.submit(form, 'Publish', typed);
  assert.equal(refused.status, 422);
  assert.match(
    refused.text,
    /3 things .*Mail: This is no e-mail address\. Text: Fill this in\. Data: This is no JSON\./,
  );
  assert.doesNotMatch(refused.text, /Write a number/);
  assert.doesNotMatch((await editor.submit(form, 'Save draft', typed)).text, /Fill this in/);
});

test('a row is asked for and something is looked for without losing what was typed', async () => {
  const form = await editor.get('/admin/content/everything/new');
  const more = await editor.submit(form, 'Add a row', { title: 'Typed', 'fields.repeater.0.name': 'First' });
  assert.equal(more.status, 200);
  assert.match(more.html, /name="fields.repeater.1.name"/);
  assert.match(more.html, /value="First"/);
  assert.match(more.html, /value="Typed"/);
  const found = await editor.submit(more, 'Find', { 'find.fields.relation': 'Related pie' });
  assert.match(found.html, new RegExp(`name="fields.relation" value="${other.id}"`));
  assert.match(found.html, /value="Typed"/);
  assert.equal(
    (await current.site.entries.find({ type: 'everything', status: 'draft' }, SYSTEM)).items.length,
    0,
    'nothing was stored',
  );
});

test('what is missing is said at its control when it is published, and a draft may be unfinished', async () => {
  const form = await editor.get('/admin/content/everything/new');
  const wrong = await editor.submit(form, 'Publish', {
    title: 'Unfinished',
    'fields.integer': '0',
    'fields.email': 'nobody',
  });
  assert.equal(wrong.status, 422);
  assert.match(wrong.html, /href="#f-fields-text">Text: Fill this in\./);
  assert.match(wrong.html, /href="#f-fields-integer">Whole: At least 1\./);
  assert.match(wrong.html, /id="f-fields-email"[^>]*aria-invalid="true"/);
  assert.match((await editor.submit(wrong, 'Save draft')).text, /Draft saved/);
});

test('plugins add to what a field may lead to: a picture, a note', async () => {
  const remove = current.site.hooks.addFilter('admin:field-options', (options, { kind }) =>
    options.map((option) => ({ ...option, note: `for a ${kind}` })),
  );
  const { cookie } = await current.loginAs('author');
  const url = '/admin/api/fields/options?kind=relation&to=post&search=Related';
  const { items } = (await current.inject({ url, headers: { cookie } })).json();
  remove();
  assert.deepEqual(items, [{ value: String(other.id), label: 'Related piece', note: 'for a relation' }]);
});

test('Markdown is shown as it will look, without what could harm', async () => {
  const { cookie, token } = await current.loginAs('author');
  const reply = await current.inject({
    method: 'POST',
    url: '/admin/api/fields/markdown',
    headers: { cookie, 'x-csrf-token': token, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    payload: JSON.stringify({ text: '# Ink\n\n<script>x</script> [a](javascript:x)' }),
  });
  assert.equal(reply.statusCode, 200, reply.payload);
  assert.match(reply.json().html, /<h1>Ink<\/h1>/);
  assert.doesNotMatch(reply.json().html, /<script|href="javascript/);
});
