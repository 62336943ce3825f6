import {
  type AdminInput,
  type ContentType,
  type DashboardWidget,
  type Messages,
  monthNumber,
  plainText,
  type ReaderInput,
  sumOf,
  type Tally,
} from 'galley';
import { newLabel, typeWords } from './type-words.ts';
import { listUrl, writableTypes } from './types.ts';
import { STATUS_WORDS, titleOf } from './words.ts';

const RECENT = 7;
const MONTHS = 12;
const CHARTED_TYPES = 3;

interface Work {
  type: ContentType;
  all: readonly Tally[];
  own: readonly Tally[];
}

/** The panels of the first screen: what waits for this person, what happened last, and what there is. */
export async function homeWidgets({ site, viewer, messages }: ReaderInput): Promise<DashboardWidget[]> {
  const types = writableTypes(site, viewer);
  if (types.length === 0)
    return [
      {
        id: 'welcome',
        title: 'Welcome',
        icon: 'hand-thumbs-up',
        text: 'You can change your profile and your password here.',
        links: [{ label: 'Your profile', url: '/admin/profile' }],
      },
    ];
  const [all, own] = await Promise.all([
    site.entries.counts('all'),
    viewer.id === null ? [] : site.entries.counts(`author:${viewer.id}`),
  ]);
  const work = types.map((type) => ({ type, all, own }));
  return [
    needsYou(viewer.can, work, messages),
    await recent({ site, viewer, path: '' }, types),
    glance(work, messages),
    publishedPerMonth(work, await site.options.get<string>('timezone')),
  ];
}

function needsYou(can: (capability: string) => boolean, work: readonly Work[], messages: Messages): DashboardWidget {
  const t = messages.translate.bind(messages);
  const figures = work.flatMap(({ type, all, own }) => {
    const seesAll = can(`edit_others_${type.capability}s`);
    const tallies = seesAll ? all : own;
    const url = (status: string): string => `${listUrl(type)}?status=${status}`;
    const { things } = typeWords(type, messages);
    const waiting = {
      label: seesAll ? t('{things} to review', { things }) : t('{things} in review', { things }),
      value: sumOf(tallies, type.name, 'pending'),
      url: url('pending'),
    };
    const drafts = {
      label: seesAll ? t('{things} in draft', { things }) : t('your {things} in draft', { things }),
      value: sumOf(tallies, type.name, 'draft'),
      url: url('draft'),
    };
    const scheduled = {
      label: t('{things} scheduled', { things }),
      value: sumOf(tallies, type.name, 'future'),
      url: url('future'),
    };
    return [waiting, drafts, scheduled].filter(({ value }) => value > 0);
  });
  const links = work.slice(0, 3).map(({ type }) => ({ label: newLabel(type, messages), url: `${listUrl(type)}/new` }));
  return {
    id: 'todo',
    title: 'What needs you',
    icon: 'inbox',
    order: 1,
    wide: true,
    figures,
    ...(figures.length === 0 ? { text: 'Nothing waits for you. A good moment to write.' } : {}),
    links,
  };
}

async function recent({ site, viewer }: AdminInput, types: readonly ContentType[]): Promise<DashboardWidget> {
  const mine = types.filter(({ capability }) => !viewer.can(`edit_others_${capability}s`)).length > 0;
  const { items } = await site.entries.find(
    {
      type: types.map(({ name }) => name),
      status: ['publish', 'draft', 'pending', 'future', 'private'],
      order: 'modified',
      limit: RECENT,
      body: false,
      ...(mine && viewer.id !== null ? { author: viewer.id } : {}),
    },
    viewer,
  );
  return {
    id: 'recent',
    title: mine ? 'Your latest work' : 'Changed last',
    icon: 'clock-history',
    order: 3,
    items: items.map((entry) => ({
      title: titleOf(entry, plainText),
      ...(site.entries.may(viewer, 'edit', entry) ? { url: `/admin/content/${entry.type}/${entry.id}` } : {}),
      note: site.types.get(entry.type)?.singular,
      badge: STATUS_WORDS[entry.status],
      time: entry.modifiedAt,
    })),
    empty: 'Nothing written yet.',
  };
}

function glance(work: readonly Work[], messages: Messages): DashboardWidget {
  const t = messages.translate.bind(messages);
  const figures = work.map(({ type, all }) => {
    const value = sumOf(all, type.name, 'publish');
    return {
      label: t('{things} published', { count: value, ...typeWords(type, messages) }, { one: '{thing} published' }),
      value,
      url: `${listUrl(type)}?status=publish`,
    };
  });
  return { id: 'glance', title: 'At a glance', icon: 'bar-chart', order: 5, figures };
}

/** The last months such as `202611`, oldest first, in the zone of the site. */
function lastMonths(now: number, zone: string): number[] {
  const last = monthNumber(now, zone);
  const index = Math.floor(last / 100) * 12 + (last % 100) - 1;
  return Array.from({ length: MONTHS }, (_, at) => {
    const month = index - MONTHS + 1 + at;
    return Math.floor(month / 12) * 100 + (month % 12) + 1;
  });
}

/** What went out in each month, from the sums that are kept with each save. */
function publishedPerMonth(work: readonly Work[], zone: string): DashboardWidget {
  const months = lastMonths(Date.now(), zone);
  const series = work
    .filter(({ type, all }) => sumOf(all, type.name, 'publish') > 0)
    .slice(0, CHARTED_TYPES)
    .map(({ type, all }) => ({
      label: type.title,
      values: months.map((month) =>
        sumOf(
          all.filter((tally) => tally.month === month),
          type.name,
        ),
      ),
    }));
  const labels = months.map((month) => `${Math.floor(month / 100)}-${String(month % 100).padStart(2, '0')}`);
  const panel = { id: 'months', title: 'Published per month', icon: 'graph-up', order: 8 };
  if (series.length === 0) return { ...panel, text: 'Nothing is published yet.' };
  return { ...panel, chart: { kind: 'bar', labelKind: 'month', heading: 'Month', labels, series } };
}
