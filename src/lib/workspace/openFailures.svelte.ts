/** A file that could not be opened, or not all of it: what it is and what to do, shown until it is dismissed. */
export interface OpenFailure {
  id: number;
  fileName: string;
  message: string;
  hint?: string;
  /** Something of it was opened; the message is a sentence of its own. */
  isPart?: true;
  /** What can be made of it all the same. */
  offer?: { label: string; run: () => void };
}

let next = 1;

class OpenFailures {
  list = $state.raw<readonly OpenFailure[]>([]);

  add(failure: Omit<OpenFailure, 'id'>): void {
    this.list = [...this.list, { ...failure, id: next++ }];
  }

  dismiss(id: number): void {
    this.list = this.list.filter((f) => f.id !== id);
  }

  clear(): void {
    this.list = [];
  }
}

export const openFailures = new OpenFailures();
