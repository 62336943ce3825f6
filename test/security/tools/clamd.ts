// A real clamd behind the example plugin, on a site as an operator installs it: EICAR is refused, plain and packed.
import { clamdMissing, EICAR, TestClamd } from '../../../docs/examples/virus-scanner/clamd.test-data.ts';
import { pdf } from '../../../plugins/media/sample-files.test-data.ts';
import { buildZip } from '../../support/zip.ts';
import { startTarget, type TargetSite } from './target-site.ts';
import { atEnd, type Tool } from './tool.ts';
import { sendFile } from './upload.ts';

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** A Word document with something in it. */
function document(content: string): Buffer {
  const types = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="${WORD}.main+xml"/></Types>`;
  return buildZip([
    { name: '[Content_Types].xml', data: types },
    { name: 'word/document.xml', data: '<document/>' },
    { name: 'word/media/object.bin', data: content, deflate: true },
  ]);
}

const upload = (site: TargetSite, name: string, type: string, data: Buffer) =>
  sendFile(site, { path: '/admin/api/media', name, type, data });

export const clamd: Tool = {
  name: 'clamd',
  programs: ['clamd'],
  packages: 'clamav-daemon',
  covers: 'uploads that a virus scanner recognises, by the plugin docs/examples/virus-scanner',
  async run() {
    const missing = clamdMissing();
    if (missing) throw new Error(missing);
    const scanner = new TestClamd();
    await scanner.start();
    const forget = atEnd(() => void scanner.stop());
    const site = await startTarget({ plugins: ['virus-scanner'], env: { CLAMD_ADDRESS: scanner.address } });
    const findings: string[] = [];
    try {
      const tries = [
        {
          name: 'infected.pdf',
          type: 'application/pdf',
          data: Buffer.concat([pdf(), Buffer.from(EICAR)]),
          expected: 400,
        },
        { name: 'packed.docx', type: WORD, data: document(EICAR), expected: 400 },
        { name: 'clean.pdf', type: 'application/pdf', data: pdf(), expected: 201 },
        { name: 'clean.docx', type: WORD, data: document('nothing'), expected: 201 },
      ];
      for (const { name, type, data, expected } of tries) {
        const { status, text } = await upload(site, name, type, data);
        const isNamed = expected === 201 || text.includes('Eicar-Test-Signature');
        if (status !== expected || !isNamed) findings.push(`${name}: ${status} ${text.slice(0, 200)}`);
      }
      await scanner.stop();
      const { status } = await upload(site, 'unseen.pdf', 'application/pdf', Buffer.concat([pdf(), Buffer.from(' ')]));
      if (status !== 400) findings.push(`unseen.pdf came in while clamd did not run: ${status}`);
      return [
        {
          target: 'uploads',
          tried: `EICAR in a PDF and in a Word document, clean ones, and one without clamd`,
          findings,
        },
      ];
    } finally {
      await site.stop();
      await scanner.remove();
      forget();
    }
  },
};
