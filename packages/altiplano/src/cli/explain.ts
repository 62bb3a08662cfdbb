import { readChosen } from '../auth/chosen-tenant.ts';
import { startEngine } from '../engine.ts';
import { findCaller } from '../execute/caller-store.ts';
import { type Explanation, explainUrl } from '../explain.ts';
import type { Service } from '../pipeline.ts';
import { chooseResource } from '../request/choose-resource.ts';
import { suggest } from '../request/suggest.ts';
import { isMessage, READERS } from '../request/values.ts';
import { type Identity, idType } from '../resource/identity.ts';
import type { Said } from '../resource/tenant-key.ts';
import { APP_OPTIONS, chooseApps } from './choose-apps.ts';
import type { Command } from './command.ts';
import { usage } from './usage.ts';
import { withDatabase } from './with-database.ts';

export const explain: Command = {
  summary: 'show the plan, the SQL, the EXPLAIN and the bound of a URL',
  usage: `altiplano explain '<url>' [--user ID] [--tenant KIND:ID] [--app NAME] [--schema NAME]

The URL of a list or a detail, with or without its origin. --user says who asks; without it, the sample's demo user. --tenant
says for which of its tenants, where headers do; without it, for itself.
Exit code 1 when the bound is broken.`,
  options: { ...APP_OPTIONS, user: { type: 'string' }, tenant: { type: 'string' } },
  async run(context, flags, [address, ...rest]) {
    if (address === undefined || rest.length > 0) throw usage('Give one URL, in quotes.', explain.usage);
    const url = readUrl(address);
    const apps = chooseApps(context, flags);
    const explanation = await withDatabase(context, async (database) => {
      const engine = await startEngine({ url: database.url, apps, pepper: '', poolSize: 2, statementTimeout: 600_000 });
      try {
        const there = engine.services.filter(({ resource }) => url.pathname.startsWith(resource.path));
        const [first, ...others] = there;
        const service = first && chosenOf([first, ...others], url);
        const app = apps.find(({ resources }) => service !== undefined && resources.includes(service.resource));
        if (service === undefined || app === undefined) {
          const known = engine.services.map(({ resource }) => resource.path);
          throw usage(`No resource at ${url.pathname}.`, suggest(url.pathname, known));
        }
        const user = flags.user ?? (await app.sample.find({ url: database.url, schema: app.schema }))?.demo.user;
        const id = typeof user === 'string' ? READERS[idType(app.identity)](user) : { message: '' };
        const caller = isMessage(id)
          ? null
          : await findCaller(engine.pool, app, id.value, saidBy(flags.tenant, app.identity));
        if (caller === null) throw usage('No such user.', 'Say who asks with --user ID.');
        return await explainUrl(service, caller, url);
      } finally {
        await engine.close();
      }
    });
    context.print(describe(explanation), explanation);
    return explanation.bound === 'broken' ? 1 : 0;
  },
};

/** `organization:<uuid>`, as the headers of a request would name it. */
function saidBy(tenant: unknown, identity: Identity): Said | null {
  if (tenant === undefined) return null;
  const [kind = '', id = ''] = String(tenant).split(':');
  const [kindHeader = '', idHeader = ''] = identity.tenancies?.headers ?? [];
  const { said, fault } = readChosen(identity, { [kindHeader.toLowerCase()]: kind, [idHeader.toLowerCase()]: id });
  if (said !== null) return said;
  const problems = Object.values(fault?.errors ?? {})
    .flat()
    .join(' ');
  throw usage(
    `--tenant ${String(tenant).slice(0, 80)}: ${problems || 'no headers choose a tenant of this app.'}`,
    explain.usage,
  );
}

/** Of several at one path; a detail has its path's own. @throws REQ_INVALID */
function chosenOf(services: readonly [Service, ...Service[]], url: URL): Service {
  const { chosen, refusal } = chooseResource(services, url.searchParams);
  if (refusal !== null) throw refusal;
  return chosen;
}

function readUrl(address: string): URL {
  if (!URL.canParse(address, 'http://localhost')) throw usage(`'${address.slice(0, 80)}' is not a URL.`, explain.usage);
  return new URL(address, 'http://localhost');
}

function describe({ plan, statement, explained, bound }: Explanation): string {
  const { fields: _fields, aggregates: _aggregates, ...rest } = { fields: null, aggregates: null, ...plan };
  const values = statement.values.map((value, index) => `  $${index + 1} = ${JSON.stringify(value)}`);
  return [
    heading('plan'),
    JSON.stringify(rest, null, 2),
    heading('statement'),
    statement.text,
    ...values,
    heading('explain'),
    explained.text,
    heading('bound'),
    `${bound}: ${explained.buffers} buffers of ${plan.bound.buffers} promised (finding ${explained.finding} of ${plan.bound.finding}), ${explained.milliseconds.toFixed(2)} ms`,
    ...(explained.spilled > 0 ? [`  ${explained.spilled} blocks of temporary files, where none are promised`] : []),
    ...plan.bound.open.map(({ part, reason }) => `  open (${part}): ${reason}`),
  ].join('\n');
}

function heading(title: string): string {
  return `\n── ${title} ${'─'.repeat(Math.max(0, 76 - title.length))}`;
}
