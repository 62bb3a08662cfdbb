import { openDashboard } from './admin/open-dashboard.ts';
import { patchDrizzle } from './capture/lazy.ts';
import { patchWhenLoaded } from './capture/modules.ts';
import { patchSequelizePool, patchTarn } from './capture/other-pools.ts';
import { patchPg, patchPgNative } from './capture/pg.ts';
import { patchPgPool } from './capture/pg-pool.ts';
import { patchPostgres } from './capture/postgres.ts';
import { patchExpress } from './frameworks/express.ts';
import { listenToFastify } from './frameworks/fastify.ts';
import { patchHono } from './frameworks/hono.ts';
import { patchHttp } from './frameworks/http.ts';
import { patchKoa } from './frameworks/koa.ts';
import { patchNest, patchNestGuards } from './frameworks/nest.ts';
import { readLevel } from './level.ts';
import { tellFindings, writeTo } from './output.ts';
import { setLevel } from './scope.ts';

/*
 * `node --import altiplano/profile/register app.js`. ALTIPLANO_PROFILE says the level, `stacks` where it says nothing;
 * ALTIPLANO_PROFILE_OUT a file for the recordings, stderr hears of findings where it says none; ALTIPLANO_PROFILE_PARAMETERS=1 keeps the
 * values of parameters at `full`; ALTIPLANO_PROFILE_DASHBOARD is the port of a page of this machine, which tells where it is on stderr.
 */
const { ALTIPLANO_PROFILE, ALTIPLANO_PROFILE_OUT, ALTIPLANO_PROFILE_PARAMETERS, ALTIPLANO_PROFILE_DASHBOARD } =
  process.env;
const level = readLevel(ALTIPLANO_PROFILE || 'stacks', 'ALTIPLANO_PROFILE');

if (level !== 'off') {
  patchWhenLoaded([
    { module: 'pg', apply: patchPg },
    { module: 'pg', file: /^lib\/native\/client\.js$/, apply: patchPgNative },
    { module: 'pg-pool', apply: patchPgPool },
    { module: 'sequelize-pool', apply: patchSequelizePool },
    { module: 'tarn', apply: patchTarn },
    { module: 'postgres', apply: patchPostgres },
    // Where a loader has `require` find the file that `import` is meant for.
    { module: 'postgres', file: /^src\/index\.js$/, apply: (exported) => patchPostgres(defaultOf(exported)) },
    { module: 'drizzle-orm', file: /^query-promise\.c?js$/, apply: patchDrizzle },
    { module: 'express', apply: patchExpress },
    { module: 'koa', apply: patchKoa },
    { module: 'hono', apply: patchHono },
    { module: '@nestjs/core', apply: patchNest },
    { module: '@nestjs/core', file: /^guards\/guards-consumer\.js$/, apply: patchNestGuards },
  ]);
  listenToFastify();
  patchHttp();
  setLevel(level, { parameters: ALTIPLANO_PROFILE_PARAMETERS === '1' });
  if (ALTIPLANO_PROFILE_OUT) writeTo(ALTIPLANO_PROFILE_OUT);
  else if (!ALTIPLANO_PROFILE_DASHBOARD) tellFindings();
  if (ALTIPLANO_PROFILE_DASHBOARD) openDashboard(ALTIPLANO_PROFILE_DASHBOARD, 'ALTIPLANO_PROFILE_DASHBOARD');
}

function defaultOf(exported: unknown): unknown {
  return (exported as { default?: unknown } | undefined)?.default ?? exported;
}
