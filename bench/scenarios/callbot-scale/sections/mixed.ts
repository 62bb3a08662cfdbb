import { closedLoop } from '../../../measure/closed-loop.ts';
import { type HttpConnection, openConnection, type Question } from '../../../measure/http-connection.ts';
import { percentiles, round } from '../../../measure/samples.ts';
import { makeRow } from '../../../result/result.ts';
import { startApiServer } from '../../../server/api-server.ts';
import { type Case, targetOf } from '../../callbot-read/case.ts';
import { SECRET } from '../../callbot-read/instruments.ts';
import type { Tenant } from '../../callbot-read/tenants.ts';
import type { Bed, Section } from '../bed.ts';
import { caseOf } from '../pages.ts';
import { filterCases } from './filters.ts';
import { call, customer } from './write-cases.ts';
import { busyTenant, questioner, removeMade } from './writes.ts';

const FILTERS = ['three facets', 'label', 'attribute, rare', 'search, rare', 'detail', 'as employee'];
const NAMED = { variant: 'altiplano', note: 'four connections; answers a second of both together' };

/** Nine reads to one write over four connections: pages, filters and details; new calls, new and changed customers. */
export const mixed: Section = {
  name: 'mixed',
  async *measure(bed) {
    const { askerOf } = await bed.instruments();
    const tenant = await busyTenant(bed);
    const api = await startApiServer(bed.url(), SECRET);
    try {
      const questionOf = questioner(api.origin, (await askerOf(tenant.admin)).token);
      const made = await makeOne(questionOf({ method: 'POST', path: CUSTOMERS, content: customer(tenant, 0, true) }));
      if (typeof made === 'number') {
        bed.note(`SKIPPED: mixed load: POST answered ${made}`);
        yield [makeRow({ ...NAMED, case: 'mixed: reads', size: tenant.size, note: `skipped: POST answered ${made}` })];
        return;
      }
      const reads = await readQuestions(bed, tenant, api.origin);
      const writes = writesOf(tenant, made);
      const work = async (connection: HttpConnection, turn: number) => {
        const writing = turn % 10 === 9;
        const write = writes[Math.floor(turn / 10) % writes.length];
        const question = writing && write ? questionOf(write(turn)) : reads[turn % reads.length];
        const { status, body } = await connection.ask(question ?? { url: api.origin });
        if (status >= 300) throw new Error(`the mixed load was answered ${status}: ${body.slice(0, 200)}`);
        return writing ? 'writes' : 'reads';
      };
      const { samples, perSecond } = await closedLoop({ connections: 4, seconds: bed.effort.loopSeconds * 2, work });
      const figures = { rps: round(perSecond), peak_rss_mb: api.peakMegabytes() };
      for (const [kind, times] of samples)
        yield [makeRow({ ...NAMED, case: `mixed: ${kind}`, size: tenant.size, ...percentiles(times), ...figures })];
    } finally {
      await api.stop();
      await removeMade(bed);
    }
  },
};

const CUSTOMERS = '/api/v1/customers/';
const CALLS = '/api/v1/calls/';

/** Its id, or the status it was refused with. */
async function makeOne(question: Question): Promise<string | number> {
  const connection = openConnection();
  const { status, body } = await connection.ask(question);
  connection.close();
  return status >= 400 ? status : JSON.parse(body).id;
}

async function readQuestions(bed: Bed, tenant: Tenant, origin: string): Promise<readonly Question[]> {
  const { askerOf } = await bed.instruments();
  const filters = (await filterCases(bed)).filter(({ name, size }) => FILTERS.includes(name) && size === tenant.size);
  const questionOf = async (subject: Case): Promise<Question> => {
    const { token } = await askerOf(subject.user);
    return { url: origin + targetOf(subject), headers: { authorization: `Bearer ${token}` } };
  };
  return Promise.all([...bed.pages.slice(0, 4).map(caseOf), ...filters].map(questionOf));
}

/** A call of a new customer and of the busiest, a new customer, a changed one. */
function writesOf(tenant: Tenant, made: string) {
  return [
    (turn: number) => ({ method: 'POST', path: CALLS, content: call(tenant, made, turn) }),
    (turn: number) => ({ method: 'POST', path: CALLS, content: call(tenant, tenant.customer, turn) }),
    (turn: number) => ({ method: 'POST', path: CUSTOMERS, content: customer(tenant, turn, false) }),
    (turn: number) => ({
      method: 'PATCH',
      path: `${CUSTOMERS}${made}/?workspace_id=${tenant.workspace}`,
      content: { status: turn % 3 === 0 ? 'blocked' : 'active' },
    }),
  ];
}
