/** What can be done with a resource; linking is changing. */
export type Act = 'read' | 'create' | 'change' | 'delete';

/** The scope each of them needs; what is not named needs none. */
export type Permissions = Readonly<Partial<Record<Act, string>>>;

/** `write` stands for all three that write, unless one is named itself. */
export type PermissionsDeclaration = Permissions & { readonly write?: string };

export function permissionsOf({ write, ...each }: PermissionsDeclaration = {}): Permissions {
  return write === undefined ? each : { create: write, change: write, delete: write, ...each };
}

/** What a request does, as permissions call it. */
export function actOf(action: 'create' | 'change' | 'delete' | 'link' | 'unlink'): Act {
  return action === 'link' || action === 'unlink' ? 'change' : action;
}
