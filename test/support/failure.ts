/** What a promise was rejected with; an error of its own when it was not. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return new Error('nothing was thrown');
}
