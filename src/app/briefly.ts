interface Asked {
  readonly answer: Promise<void>;
  /** By `performance.now()`; Infinity while it is open. */
  answeredAt: number;
}

/**
 * Asks again only when `milliseconds` have passed since the last answer, which may have been a failure. Who asks earlier,
 * or while nobody has answered yet, shares it.
 */
export function briefly(ask: () => Promise<void>, milliseconds: number): () => Promise<void> {
  let last: Asked | undefined;
  return () => {
    if (last === undefined || performance.now() - last.answeredAt >= milliseconds) {
      const asked: Asked = { answer: ask(), answeredAt: Infinity };
      const answered = () => {
        asked.answeredAt = performance.now();
      };
      asked.answer.then(answered, answered);
      last = asked;
    }
    return last.answer;
  };
}
