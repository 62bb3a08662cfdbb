import { register } from 'node:module';
import { Hook as ImportHook } from 'import-in-the-middle';
import { Hook as RequireHook } from 'require-in-the-middle';
import { swallow } from '../state.ts';

/** What is done to a module of somebody else's when it is loaded, and to every copy of it. */
export interface Patch {
  readonly module: string;
  /** A file of it, by its path there; the module itself where there is none. */
  readonly file?: RegExp;
  readonly apply: (exported: unknown) => void;
}

/**
 * Two libraries, since Node has two loaders: `require` is replaced, `import` goes through a hook that wraps what is named and
 * nothing else.
 */
export function patchWhenLoaded(patches: readonly Patch[]): void {
  const modules = [...new Set(patches.map(({ module }) => module))];
  const files = patches.flatMap(({ module, file }) => (file ? [inNodeModules(module, file)] : []));
  register('import-in-the-middle/hook.mjs', import.meta.url, { data: { include: [...modules, ...files] } });
  const loaded = (exported: unknown, name: string) => {
    for (const patch of patches) if (concerns(patch, name)) applyTo(patch, exported);
  };
  new RequireHook(modules, { internals: true }, (exported, name) => {
    loaded(exported, name);
    return exported;
  });
  new ImportHook(modules, { internals: true }, (namespace, name) => {
    // A CommonJS module is the default export as a whole, which most are.
    loaded(namespace.default ?? namespace, name);
  });
}

function concerns({ module, file }: Patch, name: string): boolean {
  if (!name.startsWith(module)) return false;
  const path = name.slice(module.length).replaceAll('\\', '/');
  return path === '' ? file === undefined : path.startsWith('/') && file?.test(path.slice(1)) === true;
}

function inNodeModules(module: string, file: RegExp): RegExp {
  return new RegExp(`/node_modules/${module}/${file.source.replace(/^\^/, '')}`);
}

function applyTo(patch: Patch, exported: unknown): void {
  try {
    patch.apply(exported);
  } catch (error) {
    swallow(error);
  }
}
