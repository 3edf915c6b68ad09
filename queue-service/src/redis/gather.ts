/**
 * Joins what is asked for in one turn of the event loop: `askAll` gets up to `most` questions at once and answers in their order.
 * Nobody waits longer for it: what is asked goes out before the process turns to anything else.
 * @returns asks one question; rejects with what `askAll` rejects with.
 */
export function createGatherer<Question, Answer>(
  most: number,
  askAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
): (question: Question) => Promise<Answer> {
  let gathered: { readonly question: Question; readonly answer: PromiseWithResolvers<Answer> }[] = [];
  const send = async (asked: typeof gathered) => {
    try {
      const answers = await askAll(asked.map(({ question }) => question));
      if (answers.length !== asked.length) throw new Error(`${asked.length} questions had ${answers.length} answers.`);
      for (const [index, answer] of answers.entries()) asked[index]?.answer.resolve(answer);
    } catch (error) {
      for (const { answer } of asked) answer.reject(error);
    }
  };
  const sendAll = () => {
    const asked = gathered;
    gathered = [];
    for (let from = 0; from < asked.length; from += most) void send(asked.slice(from, from + most));
  };
  return (question) => {
    const answer = Promise.withResolvers<Answer>();
    // After all that is ready to run by now, and before the next event.
    if (gathered.length === 0) process.nextTick(sendAll);
    gathered.push({ question, answer });
    return answer.promise;
  };
}
