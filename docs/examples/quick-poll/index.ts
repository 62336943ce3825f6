// REST addresses that read and write a table, a block, and a chart on the first screen of the admin.
import { contained, type GalleyApi } from 'galley/contained';

interface Poll {
  question: string;
  answers: { answer: string; count: number }[];
}

async function readPoll(galley: GalleyApi): Promise<Poll> {
  const { question, answers } = await galley.settings();
  const votes = await galley.table('votes').find({ limit: 50 });
  // The first vote for an answer may come twice in one moment: then there are two records, and both count.
  const sumOf = (answer: string): number =>
    votes.filter((vote) => vote['answer'] === answer).reduce((sum, vote) => sum + Number(vote['count']), 0);
  const names = String(answers)
    .split(',')
    .map((name) => name.trim());
  return { question: String(question), answers: names.map((answer) => ({ answer, count: sumOf(answer) })) };
}

/** Two may vote in the same moment: who comes second fails, reads again and counts on. */
async function count(answer: string, galley: GalleyApi, tries = 3): Promise<void> {
  const votes = galley.table('votes');
  const [vote] = await votes.find({ where: { answer } });
  try {
    if (!vote) await votes.insert({ answer, count: 1 });
    else await votes.update(vote.id, vote.version, { answer, count: Number(vote['count']) + 1 });
  } catch (error) {
    if (tries === 1) throw error;
    await count(answer, galley, tries - 1);
  }
}

export default contained({
  routes: {
    results: async (_input, galley) => ({ json: await readPoll(galley) }),
    vote: async ({ body }, galley) => {
      const { answers } = await readPoll(galley);
      if (!answers.some(({ answer }) => answer === body.answer))
        return { status: 422, json: { message: 'There is no such answer.' } };
      await count(body.answer, galley);
      return { status: 201, json: await readPoll(galley) };
    },
  },

  blocks: {
    results: async ({ blocks }: { blocks: object[] }, galley) => {
      const poll = await readPoll(galley);
      return blocks.map(() => poll);
    },
  },

  hooks: {
    'admin:dashboard': async (_input, galley) => {
      const { question, answers } = await readPoll(galley);
      const labels = answers.map(({ answer }) => answer);
      const values = answers.map((answer) => answer.count);
      return {
        title: question,
        chart: { kind: 'doughnut', heading: 'Answer', labels, series: [{ label: 'Votes', values }] },
      };
    },
  },
});
