/**
 * Imports a module on demand. Browsers cache a failed import by its address, so after a failure it
 * is imported by another one. The build wraps every `import()` in this function, also the one here,
 * whose address has a query and is not imported again.
 */
let failures = 0;

export const importAgain = <T>(load: () => Promise<T>): Promise<T> =>
  load().catch((error: Error) => {
    const [address] = /https?:[^\s?]+$/.exec(error.message) ?? [];
    if (!address) throw error;
    return import(/* @vite-ignore */ `${address}?${++failures}`) as Promise<T>;
  });
