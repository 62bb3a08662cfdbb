import { useEffect, useRef } from 'preact/hooks';

export type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** Keys that work wherever the focus is, except where text is typed. */
export function useKeys(keys: Keys): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const action = current.current[event.key];
      if (action === undefined || event.defaultPrevented || belongsElsewhere(event)) return;
      event.preventDefault();
      action(event);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

const OWN_ENTER = 'a, button, summary';

function belongsElsewhere({ target, key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return true;
  if (!(target instanceof HTMLElement)) return false;
  if (key === 'Escape') return target.closest('dialog') !== null;
  if (target.closest('input, select, textarea, dialog') !== null) return true;
  return key === 'Enter' && target.closest(OWN_ENTER) !== null;
}
