// Quick files of tests share a process with their neighbours: to start one and to load Galley into it takes longer than
// most of them do. Plain JavaScript, run by Node 24.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const MOST = 8;
/** Tests of parts. Those in test/ start servers and browsers of their own, and take long anyway. */
const PARTS = /^(core|plugins|themes|docs)\//;
/** What changes the clock, the environment or the signals of its process, or weighs it, has one to itself. */
const ALONE = /mock\.timers|process\.(env|on|once|chdir|kill)\b|memoryUsage|cpuUsage/;

/** A suite for each file, so that what it does before and after its tests is done for no others. */
function suiteOf(root, file) {
  const address = pathToFileURL(join(root, file)).href;
  return `describe(${JSON.stringify(file)}, async () => { await import(${JSON.stringify(address)}); });`;
}

/** Files that may run one after the other in one process, by folder. */
function groupsOf(root, files) {
  const groups = [];
  for (const file of files) {
    const last = groups.at(-1);
    const isNeighbour = last && last.length < MOST && last[0].split('/')[0] === file.split('/')[0];
    if (isNeighbour) last.push(file);
    else groups.push([file]);
  }
  return groups.map((group) => ({
    name: `${group[0].replaceAll('/', '-').replace('.test.ts', '')}.mjs`,
    text: `import { describe } from 'node:test';\n${group.map((file) => suiteOf(root, file)).join('\n')}\n`,
  }));
}

/**
 * What to run instead of so many files, each in a process.
 *
 * @param {string} root the project's folder
 * @param {string[]} files paths of tests below it
 * @returns {string[]} paths of files that run them
 */
export function batched(root, files) {
  const isAlone = (file) => !PARTS.test(file) || ALONE.test(readFileSync(join(root, file), 'utf8'));
  const folder = join(root, '.cache', 'batches');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const batches = groupsOf(
    root,
    files.filter((file) => !isAlone(file)),
  ).map(({ name, text }) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
  return [...files.filter(isAlone), ...batches];
}
