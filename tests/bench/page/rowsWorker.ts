/** Makes pages of rows as an engine's worker sends them. */
import { packRows, type Cell } from '../../../workers/engine';

interface Asked {
  from: number;
  count: number;
  columnCount: number;
  /** Time that the engine takes, in ms. */
  wait: number;
}

const cell = (r: number, c: number): Cell =>
  c % 3 === 0 ? r * 31 + c : c % 7 === 0 && r % 5 === 0 ? null : `value ${(r * 7919 + c * 104_729) % 1_000_003} of ${c}`;

self.onmessage = (event: MessageEvent<Asked>) => {
  const { from, count, columnCount, wait } = event.data;
  const began = performance.now();
  const rows = Array.from({ length: count }, (_, i) => Array.from({ length: columnCount }, (_, c) => cell(from + i, c)));
  const page = packRows(rows, columnCount);
  while (performance.now() - began < wait); // as an engine that computes
  self.postMessage(page, { transfer: [page.buffer] });
};
