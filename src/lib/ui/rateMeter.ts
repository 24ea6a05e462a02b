/** How fast an amount grows, over the last few seconds. */
export class RateMeter {
  #samples: { amount: number; at: number }[] = [];

  /**
   * Takes one reading and gives the rate per second; null until half a second has been seen.
   * `now` in ms. An amount that shrinks (another step began) starts afresh.
   */
  rate(amount: number, now: number): number | null {
    const last = this.#samples.at(-1);
    if (last && amount < last.amount) this.#samples = [];
    this.#samples.push({ amount, at: now });
    while (this.#samples.length > 2 && now - this.#samples[0]!.at > 3000) this.#samples.shift();
    const first = this.#samples[0]!;
    const elapsed = now - first.at;
    return elapsed < 500 ? null : ((amount - first.amount) * 1000) / elapsed;
  }
}
