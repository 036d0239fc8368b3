/** The limit of waiting for what comes within moments: wide, since the machine may be busy, and within a test's own. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(25_000);
}
