import type { Resource } from '../resource/resource.ts';
import type { WriteRoute } from './call.ts';

/** The endpoints of a resource's writes; none when it declares none. */
export function writeRoutes(resource: Resource): readonly WriteRoute[] {
  const { writes } = resource;
  if (writes === null) return [];
  const route = (
    method: WriteRoute['method'],
    path: string,
    action: WriteRoute['action'],
    bulk = false,
  ): WriteRoute => ({
    method,
    path,
    action,
    bulk,
    bodied: method !== 'DELETE' ? action !== 'link' : bulk,
    name: `${action}_${resource.name}${bulk ? '_bulk' : ''}`,
  });
  const { actions, bulk, links } = writes;
  return [
    ...(bulk !== null && actions.includes('create') ? [route('POST', 'bulk/', 'create', true)] : []),
    ...(bulk !== null && actions.includes('change') ? [route('PATCH', 'bulk/', 'change', true)] : []),
    ...(bulk !== null && actions.includes('delete') ? [route('DELETE', 'bulk/', 'delete', true)] : []),
    ...(actions.includes('create') ? [route('POST', '', 'create')] : []),
    ...(actions.includes('change') ? [route('PATCH', ':id/', 'change')] : []),
    ...(actions.includes('delete') ? [route('DELETE', ':id/', 'delete')] : []),
    ...links.flatMap(({ path, target }) => [
      { ...route('POST', `:id/${path}/:${target}_id/`, 'link'), name: `link_${resource.name}_${path}` },
      { ...route('DELETE', `:id/${path}/:${target}_id/`, 'unlink'), name: `unlink_${resource.name}_${path}` },
    ]),
  ];
}
