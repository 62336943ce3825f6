const BOUNDARY = 'galley-test-boundary';

/** The header of what `multipart` makes. */
export const MULTIPART = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

/** A form with a file, as browsers send it. */
export function multipart(fields: Readonly<Record<string, string>>, file: { name: string; bytes: Buffer }): Buffer {
  const part = (head: string, body: Buffer | string): Buffer[] => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
    Buffer.from(body),
    Buffer.from('\r\n'),
  ];
  return Buffer.concat([
    ...Object.entries(fields).flatMap(([name, value]) => part(`name="${name}"`, value)),
    ...part(`name="file"; filename="${file.name}"`, file.bytes),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
}
