import type { ProjectId } from '$lib/base/id';

export interface Notification {
  id: number;
  title: string;
  text?: string;
  /** Whose dot it carries. */
  projectId?: ProjectId;
  kind: 'info' | 'error';
  action?: { label: string; run: () => void };
}

let next = 1;

class Notifications {
  list = $state.raw<readonly Notification[]>([]);

  /** Shows a toast. Nothing that matters may be only here. */
  show(notification: Omit<Notification, 'id' | 'kind'> & { kind?: Notification['kind'] }): number {
    const id = next++;
    this.list = [...this.list, { kind: 'info', ...notification, id }];
    return id;
  }

  dismiss(id: number): void {
    this.list = this.list.filter((n) => n.id !== id);
  }
}

export const notifications = new Notifications();
