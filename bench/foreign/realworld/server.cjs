// The program as it is, but for its pages (Next.js) and TLS to the database.
process.env.REALWORLD_PG = 'true';
const { production } = require('./source/front/config');
production.dialectOptions = {};
require('./source/app.js').start(Number(process.env.PORT), false);
