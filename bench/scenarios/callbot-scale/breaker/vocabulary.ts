import { encodeCursor, withOwner } from 'altiplano/testing';
import { customers } from '../../../../apps/callbot/resources.ts';
import type { Tenant } from '../../callbot-read/tenants.ts';

/** Values of every filter family, most of them from the rows: frequent ones, rare ones and some that nobody has. */
export interface Vocabulary {
  readonly labels: readonly string[];
  readonly carriers: readonly string[];
  readonly employees: readonly string[];
  /** As `key=value`. */
  readonly attributes: readonly string[];
  readonly durations: readonly string[];
  readonly instants: readonly string[];
  readonly texts: readonly string[];
  readonly cursors: readonly string[];
}

const HALF = 12;

/** The most and the least frequent values of a column. */
const both = (values: string) =>
  `select value from (select value, row_number() over (order by rows desc, value) as most, row_number() over (order by rows, value) as least
     from (${values}) counted) ranked where most <= ${HALF} or least <= ${HALF}`;

/** Over a twentieth of the workspace: what is frequent is so there too. */
const SOME = `from callbot.customer where workspace_id = $1 and not is_deleted and hashtext(id::text) % 20 = 0`;

export async function readVocabulary(url: string, { workspace }: Tenant): Promise<Vocabulary> {
  return withOwner(url, async (client) => {
    const column = async (text: string) =>
      (await client.query(text, [workspace])).rows.map((row): string => String(Object.values(row)[0]));
    const quantiles = (expression: string) =>
      `select ${expression} from (select percentile_disc(array(select n / 20.0 from generate_series(0, 20) n)) within group (order by $) as found ${SOME}) q, unnest(found) f`;
    const texts = await column(
      `select substr(t, 1 + abs(hashtext(t) % 3), 3 + abs(hashtext(t || 'l') % 6)) from (
         select unnest(array[name, email, phone]) as t, id ${SOME} order by hashtext(id::text) limit 60) s where length(t) > 8`,
    );
    return {
      labels: await column(
        both(
          'select label_id::text as value, count(*) as rows from callbot.customer_campaign_labels where workspace_id = $1 group by 1',
        ),
      ),
      carriers: [
        ...(await column(both(`select carrier as value, count(*) as rows ${SOME} and carrier is not null group by 1`))),
        'Oldest',
      ],
      employees: await column(
        both(`select employee_id::text as value, count(*) as rows ${SOME} and employee_id is not null group by 1`),
      ),
      attributes: [
        ...(await column(
          both(
            `select a.key || '=' || a.value as value, count(*) as rows from (select other_attributes ${SOME}) c, jsonb_each_text(c.other_attributes) a group by 1`,
          ),
        )),
        'city=Atlantis',
        'ref=R-0001',
        'nothing=at all',
      ],
      durations: [...(await column(quantiles('f::text').replace('$', 'duration'))), '0', '0.25', '99999', '1e300'],
      instants: await column(
        quantiles(`to_char(f at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`).replace('$', 'created_at'),
      ),
      // Every trigram of the last two is frequent, the text itself nobody's.
      texts: [...new Set(texts), 'example', 'mail', 'com', '+84', 'needle', 'zzqqzzqq', 'ample.org@e', '+84+84'],
      cursors: (await client.query(PLACES, [workspace])).rows.map(({ created, id }) =>
        encodeCursor(customers, { reading: 'after', values: [created, id] }),
      ),
    };
  });
}

/** Deep and shallow places in page order. */
const PLACES = `
  select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created, id::text
  from (select created_at, id, ntile(12) over (order by created_at desc, id desc) as part, random() as chance
        from callbot.customer where workspace_id = $1 and not is_deleted and hashtext(id::text) % 20 = 0) c
  order by row_number() over (partition by part order by chance), part limit 12`;
