-- Workspaces with employees, labels and campaigns, and who may ask: small tables, in one go.
insert into callbot.workspace (id, name, created_at)
select bench.key('workspace', w), case w when 0 then 'Altiplano Energy' else 'Bäckerei Groß' end, bench.anchor() - interval '800 days'
from generate_series(0, 1) as w;

insert into callbot.employee (id, workspace_id, name, email)
select bench.key('employee', w * 1000 + e), bench.key('workspace', w), 'Employee ' || e, format('employee.%s.%s@callbot.example', w, e)
from generate_series(0, 1) as w, generate_series(0, 199) as e;

insert into callbot.label (id, workspace_id, name)
select bench.key('label', w * 1000 + l), bench.key('workspace', w), case l when 59 then 'Segment 0' else 'Segment ' || l end
from generate_series(0, 1) as w, generate_series(0, 60) as l;

insert into callbot.call_campaign (id, workspace_id, name, status, created_at)
select bench.key('campaign', w * 1000 + c), bench.key('workspace', w), 'Campaign ' || c,
  (array['active', 'completed', 'active', 'completed', 'completed', 'draft'])[1 + c % 6],
  bench.anchor() - interval '600 days' * bench.unit(w * 1000 + c, 50)
from generate_series(0, 1) as w, generate_series(0, 23) as c;

insert into callbot.app_user (id, email, name, role, employee_id)
select bench.key('user', w * 10), format('admin.%s@callbot.example', w), 'Admin', 'admin', null::uuid from generate_series(0, 1) as w
union all
select bench.key('user', w * 10 + 1), format('busiest.%s@callbot.example', w), 'Employee 0', 'employee', bench.key('employee', w * 1000)
from generate_series(0, 1) as w;

insert into callbot.app_user_workspaces (user_id, workspace_id)
select bench.key('user', w * 10 + u), bench.key('workspace', w) from generate_series(0, 1) as w, generate_series(0, 1) as u;
