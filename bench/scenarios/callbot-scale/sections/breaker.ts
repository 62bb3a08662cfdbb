import { makeRow, type Row } from '../../../result/result.ts';
import { type Case, listCase } from '../../callbot-read/case.ts';
import { explain, measureCase } from '../../callbot-read/measure-case.ts';
import type { Bed, Section } from '../bed.ts';
import { type Climbed, climb, type Tried } from '../breaker/climb.ts';
import { openBreeder, queryOf, randomFrom } from '../breaker/combination.ts';
import { readVocabulary } from '../breaker/vocabulary.ts';
import { BUFFERS, LIMITS } from '../limits.ts';

const SEED = 4;
const WORST = 10;
type Kind = 'page' | 'count';

/** Draws combinations of all filter families and breeds the dearest; the ten worst pages and counts, measured again. */
export const breaker: Section = {
  name: 'breaker',
  async *measure(bed) {
    for (const kind of ['page', 'count'] as const) {
      const found = await search(bed, kind);
      const worst = [...found.worst].sort((one, other) => height(other, kind) - height(one, kind)).slice(0, WORST);
      const most = Math.max(...found.worst.map(({ buffers }) => buffers));
      yield [
        makeRow({
          case: `breaker: ${kind}s tried`,
          variant: 'altiplano',
          size: bed.big.size,
          buffers: most,
          note: `${found.tried} different combinations of 1 to 12 terms in ${bed.effort.breakerSeconds} s, seed ${SEED}; buffers: the most of any`,
        }),
      ];
      for (const [place, tried] of worst.entries()) yield await measureAgain(bed, kind, place + 1, tried);
    }
  },
};

async function search(bed: Bed, kind: Kind): Promise<Climbed> {
  const instruments = await bed.instruments();
  const random = randomFrom(SEED + (kind === 'page' ? 0 : 1));
  const breeder = openBreeder(await readVocabulary(bed.url(), bed.big), random);
  const seconds = bed.effort.breakerSeconds;
  let asked = 0;
  return climb({
    breeder,
    random,
    seconds,
    tryOut: async (combination) => {
      asked += 1;
      bed.tell({ name: `breaker: ${kind}s`, done: asked, total: asked + 1 });
      const subject = caseOf(bed, kind, 'tried', combination);
      const { explained } = await explain(instruments, subject).catch((cause: unknown) => {
        throw new Error(`the search broke a statement: ${subject.query}`, { cause });
      });
      return explained;
    },
  });
}

/** As a share of what it may cost, the greater one of buffers and time. */
function height({ buffers, milliseconds, combination }: Tried, kind: Kind): number {
  const searched = combination.parts.some(([parameter]) => parameter === 'search');
  return Math.max(buffers / BUFFERS, milliseconds / (kind === 'page' && searched ? LIMITS.search : LIMITS[kind]));
}

/** Over HTTP like any other case, with the query itself as data. */
async function measureAgain(bed: Bed, kind: Kind, place: number, { combination }: Tried): Promise<readonly Row[]> {
  const subject = caseOf(bed, kind, `breaker: ${kind} ${place}`, combination);
  const rows = await measureCase(await bed.instruments(), subject, { ...bed.effort, burst: null });
  return rows.map((row) => ({
    ...row,
    note: `${combination.isEmployee ? 'as employee: ' : ''}${decodeURIComponent(subject.query.replaceAll('+', ' '))}; ${row.note}`,
  }));
}

function caseOf({ big }: Bed, kind: Kind, name: string, combination: Tried['combination']): Case {
  const changes = { user: combination.isEmployee ? big.employee : big.admin, naive: null, compared: false };
  return listCase(big, name, queryOf(combination, kind), changes);
}
