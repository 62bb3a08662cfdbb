/** A parameter → its condition, as the description's filter set writes it. */
const READERS = {
  id: (add) => (value) => `c.id = ${add(value)}`,
  status: oneOf('status'),
  quality: oneOf('quality'),
  call_status: oneOf('call_status'),
  carrier: oneOf('carrier'),
  status__neq: noneOf('status'),
  quality__neq: noneOf('quality'),
  call_status__neq: noneOf('call_status'),
  duration: compared('duration', '='),
  duration__gt: compared('duration', '>'),
  duration__gte: compared('duration', '>='),
  duration__lt: compared('duration', '<'),
  duration__lte: compared('duration', '<='),
  is_test: compared('is_test', '='),
  checked: compared('checked', '='),
  employee_id: compared('employee_id', '='),
  created_at__gte: compared('created_at', '>='),
  created_at__lt: compared('created_at', '<'),
  labels__id: (add) => (value) => `c.id in (${labelled(add, value)})`,
  labels__id__neq: (add) => (value) => `c.id not in (${labelled(add, value)})`,
  // Text equals: a number or a string of that text. Containment is what the described GIN index can answer.
  other_attributes: (add) => (value) => {
    const cut = value.indexOf('=');
    const [key, text] = [value.slice(0, cut), value.slice(cut + 1)];
    return `c.other_attributes @> ${add(JSON.stringify({ [key]: text }))}::jsonb`;
  },
  search: (add) => (value) => {
    const pattern = add(`%${value.replace(/[\\%_]/g, '\\$&')}%`);
    return `(c.name ilike ${pattern} or c.email ilike ${pattern} or c.phone ilike ${pattern})`;
  },
  after: (add) => (value) => {
    const [created, id] = value.split(',');
    return `(c.created_at, c.id) < (${add(created)}::timestamptz, ${add(id)}::uuid)`;
  },
};

/** Appends to `values` what the conditions refer to. */
export function conditionsOf(query, values) {
  const add = (value) => `$${values.push(value)}`;
  return [...query].flatMap(([name, value]) => (name in READERS ? [READERS[name](add)(value)] : []));
}

function oneOf(column) {
  return (add) => (value) => `c.${column} = any (${add(value.split(','))})`;
}

function noneOf(column) {
  return (add) => (value) => `(c.${column} <> all (${add(value.split(','))}) or c.${column} is null)`;
}

function compared(column, operator) {
  return (add) => (value) => `c.${column} ${operator} ${add(value)}`;
}

function labelled(add, value) {
  return `select l.customer_id from customer_campaign_labels l where l.label_id = any (${add(value.split(','))})`;
}
