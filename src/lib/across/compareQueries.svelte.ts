import { EngineError, type CompareReport, type ResultColumn } from '$workers/engine';
import { connectionOf, engineFor, stoppable } from '$lib/connections/registry';
import { runStatement } from '$lib/queries/runStatement';
import type { Owner } from '$lib/workspace/navigate';
import type { ComparedRows } from './compareSession.svelte';
import { compareSides } from './compareSides';
import { columnsOfResults, sidesOf } from './sharedColumns';

interface Answer {
  owner: Owner;
  resultId: number;
  columns: readonly ResultColumn[];
}

/** A query for each side, whose answers are compared by the columns that both have. */
export class CompareQueries {
  left = $state('');
  /** Empty: the same as on the left. */
  right = $state('');
  /** Names of the columns that tell rows apart, with commas; empty: the whole row does. */
  keys = $state('');
  #answers: Answer[] = [];

  swap(): void {
    if (this.right !== '') [this.left, this.right] = [this.right, this.left];
  }

  /** Runs both and compares what they answer. Rejects with EngineError. */
  async compare(left: Owner, right: Owner, like: boolean, most: number, onstop: (stop: () => void) => void): Promise<ComparedRows> {
    this.dispose();
    const [mine, theirs] = [stoppable(left.connectionId), stoppable(right.connectionId)];
    onstop(() => {
      mine.stop();
      theirs.stop();
    });
    const asked = await Promise.allSettled([
      this.#ask(left, this.left, 'left', mine.key),
      this.#ask(right, this.right.trim() === '' ? this.left : this.right, 'right', theirs.key)
    ]);
    for (const answer of asked) if (answer.status === 'rejected') throw answer.reason;
    const [a, b] = asked.map((answer) => (answer as PromiseFulfilledResult<Answer>).value) as [Answer, Answer];
    const keys = this.keys.split(',').map((k) => k.trim()).filter(Boolean);
    const unknown = keys.find((k) => !a.columns.some((c) => c.name.toLowerCase() === k.toLowerCase()));
    if (unknown) throw new EngineError({ code: 'refused', message: `The answer of the left has no column ${unknown}.` });
    const shared = columnsOfResults(a.columns, b.columns, keys);
    if (shared.pairs.length === 0) throw new EngineError({ code: 'refused', message: 'The two answers have no column of one name.' });
    const sides = sidesOf(shared, like);
    const places = (answer: Answer, which: 'left' | 'right'): number[] => shared.pairs.map((p) => answer.columns.indexOf(p[which]));
    const again = (limit?: number): Promise<CompareReport> =>
      compareSides(
        { connectionId: left.connectionId, side: { ...sides.left, source: { kind: 'result', resultId: a.resultId, places: places(a, 'left') }, ...(limit ? { most: limit } : {}) } },
        { connectionId: right.connectionId, side: { ...sides.right, source: { kind: 'result', resultId: b.resultId, places: places(b, 'right') } } },
        onstop
      );
    return { title: 'The answers', columns: shared.pairs.map((p) => p.left.name), report: await again(), whole: () => again(most) };
  }

  async #ask(owner: Owner, sql: string, side: string, key: symbol): Promise<Answer> {
    const columns = new Map<number, readonly ResultColumn[]>();
    let told: () => void = () => undefined;
    const report = await runStatement(owner, { sql, firstRows: 1 }, (event) => {
      if (event.kind !== 'rows') return;
      columns.set(event.resultId, event.columns);
      told();
    }, { key });
    const last = report.outcomes.findLast((o) => o.resultId !== undefined)?.resultId;
    // Events come on a way of their own, and may be later than the report.
    while (last !== undefined && !columns.has(last)) await new Promise<void>((resolve) => (told = resolve));
    let answer: Answer | null = null;
    for (const { resultId } of report.outcomes) {
      if (resultId === undefined) continue;
      const read = { owner, resultId, columns: columns.get(resultId) ?? [] };
      if (resultId === last) this.#answers.push((answer = read));
      else release(read);
    }
    const failed = report.outcomes.find((o) => o.state !== 'done');
    if (failed) throw new EngineError({ code: failed.error?.code ?? 'cancelled', message: `On the ${side}: ${failed.error?.message ?? 'it was cancelled.'}` });
    if (!answer) throw new EngineError({ code: 'refused', message: `On the ${side}: this query returns no rows to compare.` });
    return answer;
  }

  /** Lets the answers go. */
  dispose(): void {
    for (const answer of this.#answers) release(answer);
    this.#answers = [];
  }
}

/** Where the connection or its worker is gone, the answer is gone with it. */
function release({ owner, resultId }: Answer): void {
  if (connectionOf(owner.connectionId)) engineFor(owner.connectionId).release(resultId).catch(() => undefined);
}
