import type { Progress } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';

/** Something that takes its time beside what the tabs show. */
export interface LongWork {
  id: number;
  label: string;
  /** Null: it is about none yet. */
  projectId: ProjectId | null;
  progress: Progress | null;
  cancel: () => void;
}

let next = 1;

class LongWorks {
  list = $state.raw<readonly LongWork[]>([]);

  /** Shows it until `end`; `tell` moves its progressbar. */
  begin(label: string, projectId: ProjectId | null, cancel: () => void): { tell: (progress: Progress) => void; end: () => void } {
    const id = next++;
    this.list = [...this.list, { id, label, projectId, progress: null, cancel }];
    return {
      tell: (progress) => {
        this.list = this.list.map((w) => (w.id === id ? { ...w, progress } : w));
      },
      end: () => {
        this.list = this.list.filter((w) => w.id !== id);
      }
    };
  }
}

export const longWork = new LongWorks();
