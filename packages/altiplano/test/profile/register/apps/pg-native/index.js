// In the place of the bindings of libpq, which need a compiler: three rows to whatever is asked. The client on top of it is pg's own.
const { EventEmitter } = require('node:events');

module.exports = class Native extends EventEmitter {
  pq = { resultErrorFields: () => ({ sqlState: '42703' }) };
  connect(_where, done) {
    setImmediate(done);
  }
  query(text, values, done = values) {
    const rows = [1, 2, 3].map((id) => ({ id }));
    const failed = text.includes('nonsense') ? new Error('no such column') : null;
    setImmediate(() => done(failed, rows, { rows, rowCount: rows.length, fields: [] }));
  }
  end(done) {
    setImmediate(done);
  }
};
