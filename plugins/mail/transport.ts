import { GalleyError, messageOf, type Site } from 'galley';
import type { Letter } from './letter.ts';

const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/;

/** The letter as nodemailer takes it. It reads no file and no address that a text names. */
export function toMail({ id, from, to, subject, text, html }: Letter) {
  const host = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    from,
    to,
    subject,
    text,
    html,
    messageId: `<${id}@${host}>`,
    // Nobody's holiday notice shall answer a machine.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** How the mail server of the settings is reached. Only what the operator set counts; nothing of it weakens TLS. */
export function serverOf({ url, plaintext }: Site['config']['mail']) {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const isPlain = !secure && (plaintext || LOOPBACK.test(hostname));
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isPlain,
    ignoreTLS: isPlain,
    ...(username ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } } : {}),
    tls: { minVersion: 'TLSv1.2' as const },
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
  };
}

/**
 * Hands a letter to the mail server.
 * @returns what the server said
 * @throws GALLEY_MAIL_REFUSED where the server does not take it and never will; GALLEY_MAIL_UNAVAILABLE for another try
 */
export async function sendBySmtp(site: Site, letter: Letter): Promise<string> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport(serverOf(site.config.mail));
  try {
    const { response } = await transport.sendMail(toMail(letter));
    return String(response);
  } catch (error) {
    throw mailError(error);
  } finally {
    transport.close();
  }
}

function mailError(error: unknown): GalleyError {
  const { code, responseCode = 0 } = error as { code?: string; responseCode?: number };
  // Only what it says of this mail is final: log-in and TLS may be put right.
  const isFinal = responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
  const what = isFinal ? 'The mail server refused the mail' : 'The mail server could not be used';
  return new GalleyError(isFinal ? 'GALLEY_MAIL_REFUSED' : 'GALLEY_MAIL_UNAVAILABLE', `${what}: ${messageOf(error)}`, {
    cause: error,
  });
}
