import { listCase } from '../../callbot-read/case.ts';
import { measureCold } from '../../callbot-read/cold.ts';
import type { Section } from '../bed.ts';
import { caseOf } from '../pages.ts';

/** First, last and busy page when nothing is in memory. */
export const cold: Section = {
  name: 'cold',
  async *measure(bed) {
    await bed.closeInstruments();
    const { restart, big, small, effort } = bed;
    let dropped = true;
    const again =
      restart &&
      (async () => {
        const restarted = await restart();
        dropped &&= restarted.dropped;
        return restarted.url;
      });
    const refused = listCase(big, '403', '', { user: small.admin, status: 403 });
    for (const page of bed.pages.filter(
      ({ name, tenant }) => COLD.includes(name) && (tenant === big || name === 'first page'),
    )) {
      const rows = await measureCold(again, [caseOf(page)], refused, { ...effort, burst: null });
      const note = dropped
        ? 'and the page cache of the system dropped'
        : 'the page cache of the system could not be dropped';
      yield rows.map((row) => ({
        ...row,
        case: `cold: ${page.name}`,
        note: `${restart === null ? row.note : NOTE}; ${note}`,
      }));
    }
  },
};

const COLD = ['first page', 'last page', 'busy page'];
const NOTE = 'first answer after a restart of the database: shared buffers empty';
