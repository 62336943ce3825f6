import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { calledTexts, registeredTexts } from './script-texts.ts';

const texts = (found: { text: string }[]): string[] => found.map(({ text }) => text);

describe('texts of scripts', () => {
  it('are found where t() is called, with both sides of a choice and joined pieces', () => {
    const source = `
      // t('In a comment')
      const a = page.t('It\\'s saved', {}), b = t(kind === 'post' ? 'A post' : "A page");
      const c = \`\${t('Inside')} of \${x.map((y) => t('Deep'))}\`; const d = /t('No')/.test(e);
      t('One ' + 'text', { name: 'Value' });
      function t(text) { return split('Not this'); }`;
    assert.deepEqual(texts(calledTexts(source)), ["It's saved", 'A post', 'A page', 'Inside', 'Deep', 'One text']);
  });

  it('know whether a count chooses their form', () => {
    const [plural, single] = calledTexts(
      "t('{count} words', { count }, { one: '{count} word' }); t('{count} of many', { count: list.length })",
    );
    assert.deepEqual([plural?.isPlural, single?.isPlural], [true, false]);
  });

  it('are found in what scheduled work says of itself, and in no other summary', () => {
    const source = `
      site.cron.define('nightly', { schedule: '0 3 * * *', summary: 'Tidies up.', run });
      site.jobs.define(NAME, { summary: 'Makes copies.', run });
      site.routes.get('/', { summary: 'For programs.' }, show);`;
    assert.deepEqual(texts(registeredTexts(source)), ['Tidies up.', 'Makes copies.']);
  });

  it('are found in what is registered', () => {
    const source = `
      site.admin.screen({ path: '/events', title: 'Events', menu: { label: isNew ? 'New event' : 'Event', icon: 'calendar' } });
      const field = { kind: 'text', label: 'Starts at', help: words('x'), name: 'Not', title: row.name ?? 'Without name' };
      const STATE_WORDS: Record<string, string> = { draft: 'Draft', 'in-review': 'In review' };
      const answer = { kind: 'select', choices: { yes: 'Yes, it is', no: 'No', '': other }, name: 'Neither' };
      const other = { label: 'post_tag', text: value === 'Equal' ? one : two };`;
    assert.deepEqual(texts(registeredTexts(source)), [
      'Events',
      'New event',
      'Event',
      'Starts at',
      'Without name',
      'Draft',
      'In review',
      'Yes, it is',
      'No',
    ]);
  });
});
