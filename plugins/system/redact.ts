const SECRET = /pass(word|phrase)?|secret|token|authorization|cookie|credential|api_?key|private_?key/i;
const TEXT_MAX = 20_000;

/** What a job was given or returned, as text for people; what might be a secret by its name is left out. */
export function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  const hide = (name: string, member: unknown): unknown =>
    SECRET.test(name) && member !== null ? '[redacted]' : member;
  return JSON.stringify(value, hide, 2).slice(0, TEXT_MAX);
}
