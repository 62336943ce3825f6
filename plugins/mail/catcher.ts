import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Site } from 'galley';
import type { Letter } from './letter.ts';
import { toMail } from './transport.ts';

const KEPT = 200;

/** The folder that mails are caught in. */
export const catcherFolder = ({ config }: Site): string => join(config.content.dir, config.mail.folder);

/** Writes a letter as a file that mail programs open, instead of sending it. Returns its path. */
export async function catchLetter(site: Site, letter: Letter): Promise<string> {
  const { createTransport } = await import('nodemailer');
  const stream = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  const { message } = await stream.sendMail(toMail(letter));
  const folder = catcherFolder(site);
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  const at = new Date().toISOString().replace(/[:.]/g, '-');
  const file = join(folder, `${at}-${letter.id.replace(/[^\w-]/g, '-')}.eml`);
  await writeFile(file, message as Buffer, { mode: 0o600 });
  await forgetOld(folder);
  site.log.info({ to: letter.to.address, subject: letter.subject, file }, 'A mail was written to a file');
  return file;
}

async function forgetOld(folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.eml')).sort();
  for (const name of files.slice(0, -KEPT)) await rm(join(folder, name), { force: true });
}
