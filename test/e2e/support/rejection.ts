/** What a promise is rejected with. Throws when it is fulfilled. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`it should have been refused, and answered ${JSON.stringify(value)}`);
}
