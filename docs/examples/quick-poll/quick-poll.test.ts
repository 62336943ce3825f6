import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYSTEM } from 'galley';
import { forEachTier } from 'galley/testing';

const URL = '/plugins/quick-poll';

forEachTier(import.meta.dirname, { plugins: ['posts', 'blocks', 'dashboard'] }, (suite) => {
  const vote = (answer: string) =>
    suite.current.inject({
      method: 'POST',
      url: `${URL}/votes`,
      headers: { 'sec-fetch-site': 'same-origin' },
      payload: { answer },
    });

  test('votes are counted, also those of one moment', async () => {
    assert.deepEqual((await vote('Tea')).json().answers, [
      { answer: 'Tea', count: 1 },
      { answer: 'Coffee', count: 0 },
    ]);
    const replies = await Promise.all([vote('Tea'), vote('Tea'), vote('Coffee')]);
    assert.deepEqual(
      replies.map(({ statusCode }) => statusCode),
      [201, 201, 201],
    );
    assert.deepEqual((await suite.current.inject({ url: URL })).json(), {
      question: 'Tea or coffee?',
      answers: [
        { answer: 'Tea', count: 3 },
        { answer: 'Coffee', count: 1 },
      ],
    });
  });

  test('what is no answer is refused', async () => {
    assert.equal((await vote('Water')).statusCode, 422);
    const payload = { answer: 'Tea', times: 100 };
    const headers = { 'sec-fetch-site': 'same-origin' };
    const reply = await suite.current.inject({ method: 'POST', url: `${URL}/votes`, headers, payload });
    assert.equal(reply.statusCode, 400);
  });

  test('the block and the first screen of the admin show how it stands', async () => {
    const content = '<!-- wp:quick-poll/results /-->';
    const draft = { type: 'post', status: 'publish', title: 'Poll', content } as const;
    const entry = await suite.current.site.entries.save(draft, { viewer: SYSTEM });
    const [shown] = await suite.current.site.entries.present([entry], { content: true });
    assert.match(shown?.content.value ?? '', /<figcaption>Tea or coffee\?<\/figcaption>[\s\S]*<li>Tea: 3<\/li>/);
    const { cookie } = await suite.current.loginAs('editor');
    assert.match((await suite.current.inject({ url: '/admin', headers: { cookie } })).body, /Tea or coffee\?/);
  });
});
