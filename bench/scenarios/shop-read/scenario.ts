import type { Row } from '../../result/result.ts';
import type { Report, RunOptions, Scenario } from '../../scenario.ts';
import { describePostgres, openPostgres } from '../../server/postgres.ts';
import { countLines } from '../apps-read/lines.ts';
import { ensureLoaded } from '../apps-read/load.ts';
import { measureApp } from '../apps-read/measure.ts';
import { effortOf, report } from '../apps-read/scenario.ts';
import { shopBench } from './shop.ts';

const NAME = 'shop-read';
/** By how many orders there are, which is what the dashboard is about. */
const VOLUMES = {
  quick: { '10k': { products: 2_000, shoppers: 500, orders: 10_000, reviews: 4_000 } },
  full: {
    '10k': { products: 10_000, shoppers: 2_000, orders: 10_000, reviews: 10_000 },
    // As many reviews as could be loaded while each changed its product; by now the sample brings along what they come to.
    '1m': { products: 1_000_000, shoppers: 100_000, orders: 1_000_000, reviews: 20_000 },
  },
};

export const shopRead: Scenario = {
  name: NAME,
  summary: 'every endpoint of shop at ten thousand and a million products and orders, against its naive twin',
  options: { orders: 'N (that many over a million products, and nothing else: a result of its own)' },
  run,
};

interface Choice {
  readonly scenario: string;
  readonly volumes: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

function choose({ quick, flags }: RunOptions): Choice {
  if (flags.orders === undefined) return { scenario: NAME, volumes: quick ? VOLUMES.quick : VOLUMES.full };
  const orders = Number(flags.orders);
  if (!Number.isSafeInteger(orders) || orders < 1) throw new Error(`--orders ${flags.orders}: a number of orders.`);
  return { scenario: `${NAME}-${orders}`, volumes: { [orders]: { ...VOLUMES.full['1m'], orders } } };
}

async function run(options: RunOptions): Promise<Report> {
  const { root, quick, note } = options;
  const { scenario, volumes } = choose(options);
  const postgres = await openPostgres(root, note);
  try {
    const rows: Row[] = [];
    let server = '';
    for (const [part, volume] of Object.entries(volumes)) {
      const bench = shopBench(volume);
      const url = await ensureLoaded(postgres.adminUrl(), bench, quick, note, `shop_${part}`);
      server = await describePostgres(url);
      note(`shop, ${part}: measuring`);
      rows.push(...(await measureApp(url, bench, effortOf(quick))));
    }
    rows.push(...countLines(root, 'shop'));
    return report(root, { scenario, postgres: server, volume: volumes, rows });
  } finally {
    await postgres.stop();
  }
}
