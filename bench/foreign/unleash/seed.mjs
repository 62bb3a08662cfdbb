// Through its own API: 60 flags with strategies, tags and segments, 15 users, 5 applications that report usage.
const { ORIGIN } = process.env;
const ADMIN = '*:*.foreign-admin-token';
const BACKEND = 'default:development.foreign-backend-token';

async function send(method, path, body, token = ADMIN) {
  const response = await fetch(`${ORIGIN}${path}`, {
    method,
    headers: { authorization: token, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
  return text.startsWith('{') ? JSON.parse(text) : null;
}

const flags = '/api/admin/projects/default/features';
await send('POST', '/api/admin/context', { name: 'region', legalValues: [{ value: 'north' }, { value: 'south' }] });
const segments = [];
for (let number = 0; number < 5; number++) {
  const constraints = [{ contextName: 'region', operator: 'IN', values: [number % 2 === 0 ? 'north' : 'south'] }];
  segments.push((await send('POST', '/api/admin/segments', { name: `segment-${number}`, constraints })).id);
}
for (let number = 0; number < 60; number++) {
  const name = `flag-${number}`;
  await send('POST', flags, { name, type: 'release', impressionData: false });
  await send('POST', `${flags}/${name}/environments/development/strategies`, {
    name: 'flexibleRollout',
    parameters: { rollout: '50', stickiness: 'default', groupId: name },
    constraints: [{ contextName: 'region', operator: 'IN', values: ['north', 'south'] }],
    segments: [segments[number % segments.length]],
  });
  await send('POST', `${flags}/${name}/environments/development/on`);
  await send('POST', `/api/admin/features/${name}/tags`, { type: 'simple', value: `team-${number % 7}` });
}
for (let number = 0; number < 15; number++)
  await send('POST', '/api/admin/user-admin', {
    username: `user-${number}`,
    email: `user-${number}@example.com`,
    rootRole: 1 + (number % 3),
    sendEmail: false,
  });
for (let number = 0; number < 5; number++) {
  const appName = `service-${number}`;
  const instanceId = `instance-${number}`;
  const started = new Date().toISOString();
  await send(
    'POST',
    '/api/client/register',
    { appName, instanceId, strategies: ['default'], started, interval: 10_000 },
    BACKEND,
  );
  const toggles = Object.fromEntries(Array.from({ length: 20 }, (_, flag) => [`flag-${flag}`, { yes: flag, no: 1 }]));
  const bucket = { start: started, stop: new Date().toISOString(), toggles };
  await send('POST', '/api/client/metrics', { appName, instanceId, bucket }, BACKEND);
}
// What programs report is written some seconds later.
for (let waited = 0; waited < 60; waited++) {
  if ((await send('GET', '/api/admin/metrics/applications')).applications.length === 5) break;
  await new Promise((resolve) => setTimeout(resolve, 500));
}
console.log(JSON.stringify({ ADMIN, BACKEND, SEGMENT: String(segments[0]) }));
