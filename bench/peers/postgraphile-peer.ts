import { readFileSync } from 'node:fs';
import { withOwner } from 'altiplano/testing';
import type { Question } from '../measure/http-connection.ts';
import type { Peer } from './peer.ts';

const [UP = '', DOWN = ''] = readFileSync(new URL('./postgraphile/functions.sql', import.meta.url), 'utf8').split(
  '-- Down\n',
);

const CONNECTION = `condition: {workspaceId: $workspace, isDeleted: false}, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]`;
const PAGE = `query Page($workspace: UUID!, $after: Cursor) {
  allCustomers(first: 25, after: $after, ${CONNECTION}) {
    nodes {
      rowId workspaceId name email phone status benchTags otherAttributes isDeleted createdAt updatedAt
      employeeByWorkspaceIdAndEmployeeId { rowId name email }
      benchLatest { rowId direction status duration callType sentimentScore createdAt }
      benchFigures { totalCalls totalDurationSeconds callsLast30Days successfulCalls missedCalls totalCampaignCalls
        totalCost costThisMonth campaign direct callback }
      benchCompleted
      benchActive { rowId name }
    }
    pageInfo { endCursor hasNextPage }
  }
}`;
// A cursor is PostGraphile's own: the row before the page is asked for once, by its offset.
const CURSOR = `query Cursor($workspace: UUID!, $offset: Int!) {
  allCustomers(first: 1, offset: $offset, ${CONNECTION}) { pageInfo { endCursor } }
}`;

export const postgraphile: Peer = {
  name: 'PostGraphile',
  folder: 'postgraphile',
  node: { major: 22, program: 'node_modules/node/bin/node' },
  filters: false,
  prepare: async (url) => {
    await withOwner(url, async (client) => {
      const there = await client.query("select to_regtype('callbot.bench_figures') as there");
      if (there.rows[0].there === null) await client.query(UP);
    });
  },
  undo: async (url) => {
    await withOwner(url, (client) => client.query(DOWN));
  },
  env: ({ url, token, user, workspaces, patience, appRole }) => ({
    DATABASE_URL: url,
    TOKEN: token,
    USER_ID: user,
    WORKSPACES: workspaces.join(','),
    APP_ROLE: appRole,
    PATIENCE: String(patience),
    GRAPHILE_ENV: 'production',
  }),
  async questionOf(origin, { workspace, after, offset }, send) {
    const query = (text: string, variables: object): Question => ({
      url: `${origin}/graphql`,
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', 'x-workspace': workspace },
      body: JSON.stringify({ query: text, variables }),
    });
    if (after === null) return query(PAGE, { workspace });
    const found = JSON.parse(await send(query(CURSOR, { workspace, offset: offset - 1 })));
    return query(PAGE, { workspace, after: found.data.allCustomers.pageInfo.endCursor });
  },
  itemsOf(body) {
    const { data, errors } = JSON.parse(body);
    if (errors !== undefined) throw new Error(`PostGraphile: ${JSON.stringify(errors).slice(0, 300)}`);
    return data.allCustomers.nodes.map(itemOf);
  },
};

interface Node extends Record<string, unknown> {
  readonly benchFigures: Record<string, string>;
  readonly benchLatest: Record<string, unknown> | null;
  readonly benchActive: { readonly rowId: string; readonly name: string } | null;
  readonly employeeByWorkspaceIdAndEmployeeId: {
    readonly rowId: string;
    readonly name: string;
    readonly email: string;
  } | null;
}

/** GraphQL's names and its big numbers as texts, back to the contract's shape. */
function itemOf(node: Node) {
  const figures = Object.fromEntries(Object.entries(node.benchFigures).map(([name, value]) => [name, Number(value)]));
  const employee = node.employeeByWorkspaceIdAndEmployeeId;
  const active = node.benchActive;
  const latest = node.benchLatest;
  return {
    id: node.rowId,
    workspace_id: node.workspaceId,
    name: node.name,
    email: node.email,
    phone: node.phone,
    status: node.status,
    tags: node.benchTags,
    other_attributes: node.otherAttributes,
    is_deleted: node.isDeleted,
    created_at: node.createdAt,
    updated_at: node.updatedAt,
    employee: employee && { id: employee.rowId, name: employee.name, email: employee.email },
    latest_call: latest && {
      id: latest.rowId,
      direction: latest.direction,
      status: latest.status,
      duration: latest.duration,
      call_type: latest.callType,
      sentiment_score: latest.sentimentScore,
      created_at: latest.createdAt,
    },
    total_calls: figures.totalCalls,
    total_duration_seconds: figures.totalDurationSeconds,
    calls_last_30_days: figures.callsLast30Days,
    successful_calls: figures.successfulCalls,
    missed_calls: figures.missedCalls,
    campaign_stats: {
      total_campaign_calls: figures.totalCampaignCalls,
      completed_campaigns: Number(node.benchCompleted),
      active_campaign: active && { id: active.rowId, name: active.name },
    },
    billing_summary: {
      total_cost: figures.totalCost,
      cost_this_month: figures.costThisMonth,
      billing_breakdown: { campaign: figures.campaign, direct: figures.direct, callback: figures.callback },
    },
  };
}
