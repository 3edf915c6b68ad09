/** For tests: something that changes, and a way to wait until it is as expected. */
export interface Watched<Value> {
  readonly value: Value;
  set(next: Value): void;
  /** Resolves with the first value, from the present one on, that is so. */
  until(isSo: (value: Value) => boolean): Promise<Value>;
}

/** Begins with a value. */
export function watched<Value>(first: Value): Watched<Value> {
  let value = first;
  const waiting = new Set<() => void>();
  return {
    get value() {
      return value;
    },
    set(next) {
      value = next;
      for (const look of [...waiting]) look();
    },
    until: (isSo) =>
      new Promise((resolve) => {
        const look = () => {
          if (!isSo(value)) return;
          waiting.delete(look);
          resolve(value);
        };
        waiting.add(look);
        look();
      }),
  };
}
