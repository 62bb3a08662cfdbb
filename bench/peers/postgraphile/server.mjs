// PostGraphile 5 with its Amber preset under row security: the role and the tenant are settings of each request.
import { createServer } from 'node:http';
import postgraphileModule from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { listen } from '../serve.mjs';

const { DATABASE_URL, APP_ROLE, WORKSPACES, USER_ID, TOKEN, PATIENCE = '30000' } = process.env;
const tenants = new Set(WORKSPACES.split(','));

const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: DATABASE_URL,
      schemas: ['callbot'],
      pubsub: false,
      poolConfig: { max: 10, options: `-c jit=off -c TimeZone=UTC -c statement_timeout=${PATIENCE}` },
    }),
  ],
  grafast: {
    context: ({ node }) => {
      const { authorization, 'x-workspace': workspace } = node.req.headers;
      if (authorization !== `Bearer ${TOKEN}` || !tenants.has(workspace)) throw new Error('not allowed');
      return { pgSettings: { role: APP_ROLE, 'altiplano.tenant': workspace, 'altiplano.caller': USER_ID } };
    },
    explain: false,
  },
  // Orders and conditions on columns that lead no index: the page's.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  grafserv: { graphqlPath: '/graphql', graphiql: false, websockets: false, watch: false },
};

const instance = (postgraphileModule.postgraphile ?? postgraphileModule)(preset);
if (process.env.PRINT_SCHEMA) {
  const { printSchema } = await import('graphql');
  console.log(printSchema(await instance.getSchema()));
  process.exit(0);
}
const server = createServer();
server.on('error', (error) => console.error(error));
await instance.createServ(grafserv).addTo(server);
await instance.getSchema();
listen(server);
