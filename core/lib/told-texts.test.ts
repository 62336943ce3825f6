import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Messages } from './i18n.ts';
import { saidTexts } from './said-texts.ts';

const GERMAN = {
  'There is no entry {id}.': 'Den Eintrag {id} gibt es nicht.',
  '“{key}” is reserved. Choose another key.': '„{key}“ ist vergeben. Wählen Sie einen anderen Schlüssel.',
  'The field “{key}”: {what}': 'Das Feld „{key}“: {what}',
  'it needs a label.': 'es braucht eine Beschriftung.',
  'Mails that wait: {count}.': { one: 'Eine E-Mail wartet.', other: '{count} E-Mails warten.' },
  '{reason} Its data stay.': '{reason} Daten bleiben.',
  'New {type}': 'Neu: {type}',
};
const german = new Messages('de', [GERMAN]);

describe('sentences that were put together in English', () => {
  it('are known again with what stands in their places', () => {
    assert.equal(german.translate('There is no entry 1234.'), 'Den Eintrag 1.234 gibt es nicht.');
    assert.equal(
      german.translate('“price” is reserved. Choose another key.'),
      '„price“ ist vergeben. Wählen Sie einen anderen Schlüssel.',
    );
  });

  it('may have another sentence in them, and a count that chooses their form', () => {
    assert.equal(
      german.translate('The field “price”: it needs a label.'),
      'Das Feld „price“: es braucht eine Beschriftung.',
    );
    assert.equal(german.translate('Mails that wait: 1.'), 'Eine E-Mail wartet.');
    assert.equal(
      german.translate('There is no entry 7. Its data stay.'),
      'Den Eintrag 7 gibt es nicht. Daten bleiben.',
    );
  });

  it('may be several, of which each is known', () => {
    assert.equal(
      german.translate('“price” is reserved. Choose another key. There is no entry 7.'),
      '„price“ ist vergeben. Wählen Sie einen anderen Schlüssel. Den Eintrag 7 gibt es nicht.',
    );
    const unknown = 'Nobody knows why. There is no entry 7.';
    assert.equal(german.translate(unknown), unknown);
  });

  it('stay as they are where nothing fits, and so does what is no sentence, such as a title', () => {
    for (const text of ['There is no entry', 'New York', 'Nothing of this.', 'There is no entry {id}, he said.'])
      assert.equal(german.translate(text), text);
    assert.equal(new Messages('en', []).translate('There is no entry 7.'), 'There is no entry 7.');
  });
});

describe('what errors and health checks say', () => {
  const texts = (source: string): string[] => saidTexts(source).map(({ text }) => text);

  it('is found with its values as places', () => {
    const source = `
      throw new GalleyError('GALLEY_ENTRY_UNKNOWN', \`There is no entry \${entry.id}.\`, { details: 'Not this one.' });
      if (error instanceof GalleyError) return refuse(isNew ? 'It is too new.' : \`“\${key}” and \${other(\`\${key}\`)} clash.\`);
      return { status: isLive ? 'degraded' : 'ok', message: \`Overdue: \${list.join(', ')}.\` };`;
    assert.deepEqual(texts(source), [
      'There is no entry {id}.',
      'It is too new.',
      '“{key}” and {value} clash.',
      'Overdue: {value}.',
    ]);
  });

  it('ends before a suggestion, which is a sentence of its own', () => {
    const source = `says(\`There is no helper "\${name}".\${didYouMean(name, helpers.keys())}\`)`;
    assert.deepEqual(texts(source), ['There is no helper "{name}".']);
  });

  it('is left out where nobody is told of it, or it is no sentence', () => {
    assert.deepEqual(
      texts(`
        new GalleyError('GALLEY_ROUTE_UNGUARDED', 'Programmers have to put this right.');
        new GalleyError(code, \`\${what}: \${why}\`); log({ message: 'This is logged only.' }); function refuse(message) {}`),
      [],
    );
  });
});
