/** A value that changes, and who wants to know: no DOM, so pages and processes share it. */
export interface Observable<State> {
  readonly state: State;
  /** Calls `listener` after every change, never at once; returns the function that ends it. */
  subscribe(listener: (state: State) => void): () => void;
}

/** Holds a state; `change` lays a patch over it and tells all listeners in the order they came. */
export function createObservable<State extends object>(
  initial: State,
): Observable<State> & { change(patch: Partial<State>): void } {
  let state = initial;
  const listeners = new Set<(state: State) => void>();
  return {
    get state() {
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    change(patch) {
      state = { ...state, ...patch };
      for (const listener of [...listeners]) listener(state);
    },
  };
}
