import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileOf, isStale, mistakeOf, readContact } from './contact.ts';

const NOW = Date.UTC(2026, 0, 1);
const contact = (values: Record<string, string>) => readContact(values, NOW);

test('a contact is a mail address or a page with https, and nothing can begin a line of its own', () => {
  assert.equal(mistakeOf(contact({ contact: ' holes@example.org ' })), undefined);
  assert.equal(mistakeOf(contact({ contact: 'https://example.org/report' })), undefined);
  for (const wrong of ['', 'nobody', 'http://example.org', 'a@b.org\nPolicy: x', 'https://example.org/a\nb'])
    assert.ok(mistakeOf(contact({ contact: wrong })), wrong);
  const right = { contact: 'holes@example.org' };
  assert.ok(mistakeOf(contact({ ...right, policy: 'javascript:alert(1)' })));
  assert.ok(mistakeOf(contact({ ...right, languages: 'en\nContact: x' })));
  assert.equal(mistakeOf(contact({ ...right, languages: 'en, pt-BR' })), undefined);
});

test('the file says until when it holds, and is stale a month before', () => {
  const kept = contact({ contact: 'https://example.org/report', policy: 'https://example.org/policy' });
  assert.equal(
    fileOf(kept),
    'Contact: https://example.org/report\nExpires: 2026-12-27T00:00:00.000Z\nPolicy: https://example.org/policy\n',
  );
  assert.equal(isStale(kept, Date.UTC(2026, 10, 26)), false);
  assert.equal(isStale(kept, Date.UTC(2026, 10, 28)), true);
});
