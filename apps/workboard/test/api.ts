import { type AppServer, useServer } from 'altiplano/testing';
import { workboard } from '../app.ts';
import { ROWS } from './fixture.ts';
import { emptyWorkboard, fixtureTokens } from './workboard-database.ts';

/** Workboard with the fixture's rows, and a token for each of its members. */
export const useApi = (rows = ROWS): AppServer =>
  useServer({
    template: emptyWorkboard,
    apps: [workboard],
    prepare: async (owner, url) => {
      await owner.query(rows);
      return fixtureTokens(url);
    },
  });
