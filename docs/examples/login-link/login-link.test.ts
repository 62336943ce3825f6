import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { startTestSite, type TestSite } from 'galley/testing';

let current: TestSite;
before(async () => {
  current = await startTestSite({ plugins: ['login-link'], pluginFolders: [dirname(import.meta.dirname)] });
});
after(() => current.stop());

async function makeLink(): Promise<{ id: number; token: string }> {
  const { user } = await current.loginAs('author');
  const printed: unknown[] = [];
  await current.site.commands.need('login-link create').run({
    args: { login: user.login },
    output: { value: (value: unknown) => void printed.push(value) },
  } as never);
  return { id: user.id, token: /token=(.+)$/.exec(String(printed[0]))?.[1] ?? '' };
}

test('the log-in page leads to it', async () => {
  assert.match(
    (await current.inject({ url: '/admin/login' })).body,
    /<a class="btn btn-outline-secondary" href="\/login-link">Log in by link<\/a>/,
  );
  assert.match((await current.inject({ url: '/login-link' })).body, /Ask an administrator/);
});

test('a link logs in once, by its button and not by looking at it', async () => {
  const { id, token } = await makeLink();
  for (const _ of [1, 2])
    assert.match((await current.inject({ url: `/login-link?token=${token}` })).body, /<button>Log in/);
  const reply = await current.submit('/login-link', { token });
  assert.equal(reply.headers['location'], '/admin');
  const [session = ''] = [reply.headers['set-cookie'] ?? []].flat();
  const opened = await current.site.sessions.read(/^galley=([^;]+)/.exec(session)?.[1] ?? '');
  assert.deepEqual([opened?.userId, opened?.factors], [id, ['link']]);
  assert.equal((await current.submit('/login-link', { token })).statusCode, 410);
});

test('what is no link logs nobody in', async () => {
  const reply = await current.submit('/login-link', { token: 'made-up' });
  assert.deepEqual([reply.statusCode, reply.headers['set-cookie']], [410, undefined]);
  assert.match((await current.inject({ url: '/login-link?token="><b>' })).body, /value="&quot;&gt;&lt;b&gt;"/);
});
