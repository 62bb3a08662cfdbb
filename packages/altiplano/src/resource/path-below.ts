/**
 * A path below a resource's ends as that one does: `/tasks/` and `:id/` are `/tasks/:id/`, `/tasks` and `:id/` are `/tasks/:id`.
 */
export function pathBelow(path: string, rest: string): string {
  if (path.endsWith('/') || rest === '') return `${path}${rest}`;
  return `${path}/${rest.replace(/\/$/, '')}`;
}
