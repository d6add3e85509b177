import { useSyncExternalStore } from 'react';
import { current, type State, subscribe } from './session';
import type { Role } from './token';

export function useSession(): State {
  return useSyncExternalStore(subscribe, current);
}

/** The signed-in person; the pages behind a guard have one. */
export function useUser(): { id: string; roles: Role[] } {
  const session = useSession();
  const token = session.kind === 'in' || session.kind === 'interrupted' ? session.token : undefined;
  return { id: token?.user ?? '', roles: token?.roles ?? [] };
}
