/** What a promise rejects with; fails when it does not. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  const value: unknown = await promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (typeof value === 'object' && value !== null && 'error' in value) return value.error;
  throw new Error('it was expected to be refused, and was not');
}

/** The fulfilled values and the errors of promises that race. */
export async function outcomesOf<T>(promises: readonly Promise<T>[]): Promise<{ values: T[]; errors: unknown[] }> {
  const values: T[] = [];
  const errors: unknown[] = [];
  for (const result of await Promise.allSettled(promises)) {
    if (result.status === 'fulfilled') values.push(result.value);
    else errors.push(result.reason);
  }
  return { values, errors };
}
