// Which version of something a form was made of. The second save of a form would be refused for it, and nothing behind that
// be tried.
const FIELD = /(^|&)(version|state|revision)=(\d+|[0-9a-f]{16,64})(?=&|$)/g;

/** Whether a form says of which version it was made. */
export const namesVersion = (body: string): boolean => body.search(FIELD) >= 0;

/**
 * A form with the versions that the screen shows now. What a tool put into such a field itself stays.
 *
 * @param body as browsers send it
 * @param screen the page with the form
 */
export function renewed(body: string, screen: string): string {
  return body.replace(FIELD, (all, before: string, name: string) => {
    const [, now] = new RegExp(`name="${name}" value="([^"]*)"`).exec(screen) ?? [];
    return now === undefined ? all : `${before}${name}=${now}`;
  });
}
