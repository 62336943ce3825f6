import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type LoggedIn, startTestSite, type TestSite } from 'galley/testing';
import { clamdMissing, EICAR, TestClamd } from './clamd.test-data.ts';

const clamd = new TestClamd();
let current: TestSite;
let editor: LoggedIn;
before(async () => {
  process.env['CLAMD_ADDRESS'] = clamd.address;
  current = await startTestSite({
    plugins: ['posts', 'blocks', 'media', 'virus-scanner'],
    pluginFolders: [dirname(import.meta.dirname)],
  });
  editor = await current.loginAs('editor');
});
after(async () => {
  await current.stop();
  await clamd.remove();
});

const pdf = (content: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.from(content), Buffer.from('\ntrailer<</Root 1 0 R>>\n%%EOF\n')]);

/** As the media screen uploads. */
async function upload(name: string, data: Buffer): Promise<{ status: number; said: string }> {
  const head = `--b\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/pdf\r\n\r\n`;
  const reply = await current.inject({
    method: 'POST',
    url: '/admin/api/media',
    headers: {
      accept: 'application/json',
      cookie: editor.cookie,
      'x-csrf-token': editor.token,
      'sec-fetch-site': 'same-origin',
      'content-type': 'multipart/form-data; boundary=b',
    },
    payload: Buffer.concat([Buffer.from(head), data, Buffer.from('\r\n--b--\r\n')]),
  });
  return { status: reply.statusCode, said: reply.body };
}

const stored = (): Promise<number> =>
  current.site.entries.count({ type: 'attachment', status: 'inherit' }, editor.viewer);
const health = async () => (await current.site.health.report()).checks['virus-scanner']?.status;

test('while clamd does not run nothing comes in, and health says so without being down', async () => {
  for (let count = 0; count < 12; count++) {
    const { status, said } = await upload(`a${count}.pdf`, pdf('harmless'));
    assert.deepEqual([status, /nobody could look/.test(said)], [400, true], said);
  }
  assert.deepEqual([await stored(), await health()], [0, 'degraded']);
});

describe('with clamd', { skip: clamdMissing() }, () => {
  before(() => clamd.start());

  test('what it recognises is refused by its name, what it does not comes in', async () => {
    const infected = await upload('infected.pdf', pdf(EICAR));
    assert.deepEqual([infected.status, await stored()], [400, 0], infected.said);
    assert.match(infected.said, /Eicar-Test-Signature/);
    assert.equal((await upload('clean.pdf', pdf(EICAR.slice(1)))).status, 201);
    assert.equal(await stored(), 1);
  });

  test('it finds what lies in a later piece of a file that is sent in several', async () => {
    const large = await upload('large.pdf', pdf(Buffer.concat([randomBytes(300_000), Buffer.from(EICAR)])));
    assert.match(large.said, /Eicar-Test-Signature/);
  });

  test('a file that is too large for it stays out', async () => {
    const { status, said } = await upload('huge.pdf', pdf(randomBytes(3_000_000)));
    assert.deepEqual([status, /nobody could look/.test(said)], [400, true], said);
  });

  test('it is asked again once it is back', async () => {
    await clamd.stop();
    assert.equal((await upload('c.pdf', pdf('harmless, c'))).status, 400);
    await clamd.start();
    assert.equal((await upload('c.pdf', pdf('harmless, c'))).status, 201);
  });
});
