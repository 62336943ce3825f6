// `npm run security`: lets programs of others loose on a Galley of its own and tells what they found. Exits 1 at a finding.
import { parseArgs } from 'node:util';
import { clamd } from './clamd.ts';
import { ffuf } from './ffuf.ts';
import { slowhttptest } from './slowhttptest.ts';
import { sqlmap } from './sqlmap.ts';
import { testssl } from './testssl.ts';
import { endAll, inSeconds, missingFor, type Tool, type Trial } from './tool.ts';
import { values as wrongValues } from './values.ts';
import { wapiti } from './wapiti.ts';
import { zzuf } from './zzuf.ts';

const TOOLS: readonly Tool[] = [clamd, ffuf, slowhttptest, testssl, zzuf, wrongValues, wapiti, sqlmap];
const MINUTE_MS = 60_000;

const HELP = `Usage: npm run security -- [--list] [--minutes=20] [--go-on] [tool …]

Tries all tools, or those that are named, on a site of its own. With --go-on a long one
does not do again what it had done when it was stopped. Tools: ${TOOLS.map(({ name }) => name).join(', ')}.
`;

const write = (line: string): void => void process.stdout.write(`${line}\n`);

function refuse(message: string): never {
  process.stderr.write(`${message}\n\n${HELP}`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        minutes: { type: 'string', default: '20' },
        'go-on': { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

const { values, positionals } = readArguments();

function chosen(): readonly Tool[] {
  const unknown = positionals.find((name) => !TOOLS.some((tool) => tool.name === name));
  if (unknown !== undefined) refuse(`There is no tool "${unknown}".`);
  if (!(Number(values.minutes) > 0)) refuse(`"${values.minutes}" is no number of minutes.`);
  return positionals.length === 0 ? TOOLS : TOOLS.filter(({ name }) => positionals.includes(name));
}

async function use(tool: Tool): Promise<Trial[]> {
  const missing = missingFor(tool);
  if (missing.length > 0) {
    const tried = `not run: ${missing.join(', ')} not installed. On Debian: apt-get install ${tool.packages}`;
    return [{ target: '-', tried, findings: [] }];
  }
  const from = Date.now();
  let last = 0;
  const say = (text: string): void => {
    // A line every few seconds is enough for whoever waits.
    if (Date.now() - last > 5_000) write(`${tool.name}: ${text}`);
    last = Date.now() - last > 5_000 ? Date.now() : last;
  };
  write(`${tool.name}: ${tool.covers}`);
  const trials = await tool.run({ budgetMs: Number(values.minutes) * MINUTE_MS, goesOn: values['go-on'], say });
  write(`${tool.name}: done in ${inSeconds(Date.now() - from)}`);
  return trials;
}

function table(rows: readonly (Trial & { tool: string })[]): void {
  write('\n| tool | target | what was tried | findings |\n| --- | --- | --- | --- |');
  for (const { tool, target, tried, findings } of rows)
    write(`| ${tool} | ${target} | ${tried} | ${findings.length === 0 ? 'none' : findings.length} |`);
  for (const { tool, target, findings } of rows)
    for (const finding of findings) write(`\nFOUND by ${tool} on ${target}: ${finding}`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    endAll();
    process.exit(1);
  });

if (values.help) process.stdout.write(HELP);
else if (values.list) {
  for (const tool of TOOLS) {
    const missing = missingFor(tool);
    const state = missing.length === 0 ? 'installed' : `missing, apt-get install ${tool.packages}`;
    write(`${tool.name.padEnd(13)} ${state.padEnd(45)} ${tool.covers}`);
  }
} else {
  const rows: (Trial & { tool: string })[] = [];
  for (const tool of chosen()) {
    const failed = (error: unknown): Trial[] => [
      { target: '-', tried: 'did not come to its end', findings: [String(error)] },
    ];
    rows.push(...(await use(tool).catch(failed)).map((trial) => ({ ...trial, tool: tool.name })));
  }
  table(rows);
  const count = rows.reduce((sum, { findings }) => sum + findings.length, 0);
  write(`\n${count === 0 ? 'Nothing was found.' : `${count} findings.`}`);
  process.exitCode = count === 0 ? 0 : 1;
}
