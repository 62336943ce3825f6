import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startTestSite, type TestSite } from 'galley/testing';

describe('the main menu', () => {
  let current: TestSite;
  before(async () => {
    current = await startTestSite();
  });
  after(() => current.stop());

  test('leads to screens that say what they are for', async () => {
    const { cookie } = await current.loginAs('administrator');
    const open = async (url: string): Promise<string> => {
      const reply = await current.inject({ url, headers: { cookie } });
      const { location } = reply.headers;
      return typeof location === 'string' ? open(location) : reply.body;
    };
    const [menu = ''] = /<nav aria-label="Main menu">[\s\S]*?<\/nav>/.exec(await open('/admin')) ?? [];
    const links = [...menu.matchAll(/href="([^"]+)"/g)].map(([, url = '']) => url);
    assert.ok(links.length > 20, links.join(' '));
    const silent: string[] = [];
    for (const url of links)
      if (!/class="(help-note|intro)"/.test(await open(url.replaceAll('&amp;', '&')))) silent.push(url);
    assert.deepEqual(silent, []);
  });
});
