import { type Reply, type ScreenContext, type TableView, tableView } from 'galley';

/** What a browser calls itself, in two words of the reader's language. */
export function browserName(agent: string, t: ScreenContext['t']): string {
  const browser = [/Edg\//, /OPR\//, /Firefox\//, /Chrome\//, /Safari\//].findIndex((pattern) => pattern.test(agent));
  const system = [/Android/, /iPhone|iPad/, /Windows/, /Mac OS X/, /Linux/].findIndex((pattern) => pattern.test(agent));
  const name = ['Edge', 'Opera', 'Firefox', 'Chrome', 'Safari'][browser] ?? t('A browser');
  const on = ['Android', 'iOS', 'Windows', 'macOS', 'Linux'][system];
  return on ? t('{browser} on {system}', { browser: name, system: on }) : name;
}

/** Where one is logged in, and whether in more places than this. */
export async function sessionsTable(page: ScreenContext): Promise<{ table: TableView; hasOthers: boolean }> {
  const { site, user, context } = page;
  const sessions = await site.sessions.listOf(user.id);
  const current = context.session?.idHash;
  const nameOf = (agent: string): string => browserName(agent, (text, values) => page.t(text, values));
  const table = tableView({
    caption: 'Your browsers',
    columns: [
      { key: 'browser', label: 'Browser' },
      { key: 'address', label: 'Address', isMinor: true },
      { key: 'since', label: 'Since', isMinor: true },
      { key: 'seen', label: 'Last used' },
    ],
    rows: sessions.map((session) => ({
      id: session.idHash,
      label: nameOf(session.agent),
      cells: {
        browser: { text: nameOf(session.agent), marks: session.idHash === current ? [page.t('this one')] : [] },
        address: { text: session.address || '–' },
        since: { time: session.createdAt },
        seen: { time: session.seenAt },
      },
      actions:
        session.idHash === current
          ? []
          : [
              {
                label: 'End this session',
                url: `/admin/profile/sessions/${session.idHash}`,
                isPost: true,
                isDanger: true,
              },
            ],
    })),
    address: '/admin/profile',
    empty: { title: 'Nowhere', text: 'You are logged in nowhere.' },
  });
  return { table, hasOthers: sessions.length > 1 };
}

/** Ends all sessions but this one. */
export async function endOtherSessions(page: ScreenContext): Promise<Reply> {
  const { site, user, context } = page;
  await site.sessions.destroyAllOf(user.id, { except: context.session?.token });
  return page.redirect('/profile', { kind: 'success', text: 'You are logged out everywhere else.' });
}

/** Ends one session, of one's own. */
export async function endSession(page: ScreenContext): Promise<Reply> {
  const isGone = await page.site.sessions.destroyOne(page.user.id, page.params['hash'] ?? '');
  const text = isGone ? 'You are logged out there.' : 'You were not logged in there any more.';
  return page.redirect('/profile', { kind: 'success', text });
}
