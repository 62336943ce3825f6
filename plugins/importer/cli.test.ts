import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { GalleyError } from 'galley';
import sharp from 'sharp';
import { readAuthors } from './cli.ts';
import { makeWxr, WXR_HEAD } from './fixtures/make-wxr.ts';

const ROOT = join(import.meta.dirname, '../..');
const FIXTURE = join(import.meta.dirname, 'fixtures/small.xml');

interface Run {
  code: number | null;
  out: string;
  err: string;
}

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-cli-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `galley` on a scratch site. @param interruptAt sends Ctrl-C once this is seen on stderr */
async function galley(args: string[], interruptAt?: RegExp): Promise<Run> {
  const env = {
    ...process.env,
    GALLEY_ENV: 'test',
    GALLEY_CONTENT_DIR: join(folder, 'site'),
    DATABASE_URL: 'sqlite:cli.sqlite',
  };
  const child = spawn(process.execPath, [join(ROOT, 'bin/galley'), ...args], { cwd: folder, env });
  const run: Run = { code: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    run.out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    run.err += String(chunk);
    if (interruptAt?.test(run.err)) child.kill('SIGINT');
  });
  [run.code] = (await once(child, 'close')) as [number | null];
  return run;
}

interface Row {
  kind: string;
  in: number;
  there: number;
  skipped: number;
  failed: number;
}
const rowsOf = ({ out }: Run): Record<string, Row> =>
  Object.fromEntries((JSON.parse(out) as Row[]).map((row) => [row.kind, row]));

describe('galley import and export', () => {
  test('what "post list" prints comes in again unchanged, and a trial of rows stores nothing', async () => {
    const made = await galley([
      'post',
      'create',
      '--post_title=Ink & <em>paper</em>',
      '--post_content=One, "two"',
      '--post_status=publish',
    ]);
    assert.equal(made.code, 0, made.err);
    const fields =
      '--fields=ID,post_title,post_name,post_status,post_date,post_author,post_parent,menu_order,post_excerpt,post_content';
    const listed = await galley(['post', 'list', fields, '--format=csv']);
    writeFileSync(join(folder, 'posts.csv'), listed.out);
    const again = await galley(['import', 'posts.csv', '--type=post']);
    assert.match(again.err, /0 new, 0 changed, [1-9]\d* as they were, 0 left out/);
    writeFileSync(join(folder, 'rows.csv'), 'Number,Headline,Mood\n7,Seven,good\n');
    const args = ['import', 'rows.csv', '--type=post', '--map=Headline=title', '--key=Number'];
    const trial = await galley([...args, '--dry-run']);
    assert.match(trial.err, /The column "Mood" is left out.*Nothing was stored. It would be: 1 new/s);
    assert.equal((await galley(['import', 'rows.csv'])).code, 2);
    const brought = await galley(args);
    const [, name = ''] = /can be taken back: galley undo-import (\S+)/.exec(brought.err) ?? [];
    const undone = await galley(['undo-import', name, '--yes', '--format=json']);
    assert.deepEqual(JSON.parse(undone.out), [{ what: 'Posts', trash: 1, stays: 0 }], undone.err);
    assert.equal((await galley(['undo-import', name])).code, 1, 'once');
  });

  test('a dry run stores nothing and tells what would come in', async () => {
    const run = await galley(['import', FIXTURE, '--dry-run', '--format=json']);
    assert.equal(run.code, 0, run.err);
    assert.equal(rowsOf(run)['post']?.in, 5);
    assert.match(run.err, /Success: Nothing was stored\. It would be: /);
  });

  test('an import tells what came in on stdout, and what did not with its line on stderr', async () => {
    const uploads = join(folder, 'uploads');
    mkdirSync(join(uploads, '2019/04'), { recursive: true });
    const picture = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#a30' } })
      .jpeg()
      .toBuffer();
    writeFileSync(join(uploads, '2019/04/press.jpg'), picture);
    writeFileSync(join(uploads, '2019/04/type.png'), '<?php echo "no picture";');
    const run = await galley(['import', FIXTURE, '--media=uploads', '--format=json']);
    const rows = rowsOf(run);
    assert.deepEqual([rows['post']?.in, rows['page']?.in, rows['comment']?.in], [5, 2, 4]);
    assert.deepEqual([rows['file']?.in, rows['file']?.failed], [1, 1]);
    assert.match(
      run.err,
      /small\.xml:\d+: recipe "Recipe" skipped: no active plugin knows the content type "recipe"\./,
    );
    assert.match(run.err, /small\.xml:\d+: file "https:\/\/www\.old-press\.example\.org\/[^"]*type\.png" failed: /);
    assert.equal(run.code, 1, 'because a file failed; its entry is there');
    assert.equal(rows['attachment']?.in, 2);
  });

  test('the progress is lines in a pipe; --quiet is silent; csv has a heading', async () => {
    const run = await galley(['import', FIXTURE, '--quiet', '--format=csv']);
    assert.match(run.out, /^kind,in,there,skipped,failed\n/);
    assert.match(run.out, /\npost,0,5,0,0\n/);
    assert.doesNotMatch(run.err, /Success|Items/);
  });

  test('Ctrl-C stops between two items with 130, and the next run goes on', async () => {
    const file = join(folder, 'many.xml');
    await makeWxr(file, { items: 4000, bodyLength: 400 });
    const run = await galley(['import', file, '--format=json'], /Items: /);
    assert.equal(run.code, 130, run.err);
    assert.match(run.err, /Stopped: .*Run the same command again to go on\./);
    const imported = rowsOf(run)['post']?.in ?? 0;
    assert.ok(imported > 0 && imported < 4000, `${imported} came in`);
  });

  test('an export is written whole and comes back; - is stdout', async () => {
    const run = await galley(['export', '--output=site.xml', '--type=page,post', '--status=publish', '--author=ada']);
    assert.equal(run.code, 0, run.err);
    assert.match(run.err, /Success: \d+ entries were written to site\.xml\./);
    assert.match(readFileSync(join(folder, 'site.xml'), 'utf8'), /<\/rss>\n$/);
    assert.ok(!existsSync(join(folder, 'site.xml.part')));
    const own = await galley(['import', 'site.xml', '--dry-run', '--format=json']);
    assert.equal(own.code, 0, own.err);
    const piped = await galley(['export', '--output=-', '--type=wp_block']);
    assert.match(piped.out, /^<\?xml version="1\.0"[\s\S]*Printed in Leipzig[\s\S]*<\/rss>\n$/);
  });

  test('wrong use ends with 2 or 1 and says what is wrong', async () => {
    const wrong = await galley(['import', FIXTURE, '--authors=ada,grace']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /--authors is "create", "skip" or a list of old=new/);
    const status = await galley(['export', '--status=gone']);
    assert.deepEqual([status.code, /There is no status "gone"/.test(status.err)], [2, true]);
    const absent = await galley(['import', 'absent.xml']);
    assert.deepEqual([absent.code, /There is no file .*absent\.xml/.test(absent.err)], [1, true]);
  });

  test('what is no export ends with 1, file and line, and stores nothing', async () => {
    const files: [string, string | Buffer][] = [
      ['empty.xml', ''],
      ['paper.pdf', '%PDF-1.7\n1 0 obj'],
      [
        'bomb.xml',
        `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">]><rss><channel><title>&a;</title></channel></rss>`,
      ],
    ];
    for (const [name, content] of files) {
      writeFileSync(join(folder, name), content);
      const run = await galley(['import', name]);
      assert.equal(run.code, 1, name);
      assert.match(run.err, new RegExp(`Error: ${name.replace('.', '\\.')}:\\d+: .*Nothing was imported`), name);
      assert.equal(run.out, '');
    }
    const huge = join(folder, 'huge.xml');
    writeFileSync(huge, WXR_HEAD);
    truncateSync(huge, 2 * 1024 ** 3);
    const run = await galley(['import', 'huge.xml']);
    assert.equal(run.code, 1);
    assert.match(run.err, /^Error: huge\.xml/m);
  });
});

test('the authors of the command line are read', () => {
  assert.equal(readAuthors(['create']), 'create');
  assert.equal(readAuthors([]), 'create');
  assert.equal(readAuthors(['skip']), 'skip');
  assert.deepEqual(readAuthors(['a=b', 'map:c=d']), { a: 'b', c: 'd' });
  assert.throws(() => readAuthors(['a=b', 'create']), GalleyError);
});
