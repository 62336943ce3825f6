import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { GalleyError, text } from '../index.ts';
import { startTestSite, type TestSite } from '../testing.ts';

describe('error pages of the theme', () => {
  let current: TestSite;
  let rendered = 0;

  before(async () => {
    current = await startTestSite();
    const { site } = current;
    site.hooks.addFilter('view:page', (view) => {
      rendered += 1;
      return view;
    });
    const refuse = (why: string): never => {
      throw new GalleyError('GALLEY_PERMISSION_DENIED', why);
    };
    site.routes.get('/closed', { public: true }, () => refuse('The door is closed.'));
    site.routes.get('/shut/:why', { public: true }, ({ params }) => refuse(`Shut because of ${params['why']}.`));
    site.routes.get('/again', { public: true }, () => text('a text with status', { status: 403 }));
  });
  after(() => current.stop());

  const ask = async (url: string): Promise<{ status: number; body: string; id: string }> => {
    const { statusCode, body } = await current.inject({ url, headers: { accept: 'text/html' } });
    return { status: statusCode, body, id: /<code>([^<]+)<\/code>/.exec(body)?.[1] ?? '' };
  };

  test('are rendered once, and each names its request', async () => {
    const [first, second] = [await ask('/closed'), await ask('/closed')];
    assert.deepEqual([first.status, second.status], [403, 403]);
    assert.equal(rendered, 1);
    assert.notEqual(first.id, second.id);
    for (const { body, id } of [first, second]) {
      assert.ok(body.includes(id), `names ${id}`);
      assert.match(body, /The door is closed\./);
    }
    assert.equal(second.body.replaceAll(second.id, first.id), first.body);
  });

  test('say what they are about', async () => {
    assert.match((await ask('/shut/rain')).body, /Shut because of rain\./);
    assert.match((await ask('/shut/%3Cb%3E$&')).body, /Shut because of &lt;b&gt;\$&amp;\./);
    assert.match((await ask('/shut/rain')).body, /Shut because of rain\./);
    assert.equal((await ask('/again')).body, 'a text with status');
  });

  test('are rendered anew when what they show has changed', async () => {
    await ask('/closed');
    await current.site.options.set('title', 'The harbour office');
    assert.match((await ask('/closed')).body, /The harbour office/);
  });
});
