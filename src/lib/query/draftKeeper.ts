import type { TabId } from '$lib/base/id';
import { uiStore } from '$lib/tabs/uiStore.svelte';

/** How long after a change the draft is handed on, in ms; the store writes it 250 ms later. */
const WAIT_MS = 250;
/** The same for texts of more than a million characters. */
const LARGE_WAIT_MS = 700;

/** The text of a tab as it is typed; joining it up costs, so that it is asked for only when it is written. */
interface Draft {
  readonly text: string;
  readonly length: number;
}

/** Hands the text of a tab to the store soon after it changed, and at once when the page is left. */
export class DraftKeeper {
  readonly #tabId: TabId;
  #draft: Draft | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tabId: TabId) {
    this.#tabId = tabId;
    addEventListener('pagehide', this.#onHide);
  }

  changed(draft: Draft): void {
    this.#draft = draft;
    // The first change sets the time: whoever types on without a pause is saved too.
    this.#timer ??= setTimeout(() => this.flush(), draft.length > 1e6 ? LARGE_WAIT_MS : WAIT_MS);
  }

  /** Hands on what waits. */
  flush(): void {
    if (!this.#draft) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    uiStore.setQueryContent(this.#tabId, this.#draft.text);
    this.#draft = null;
  }

  dispose(): void {
    this.flush();
    removeEventListener('pagehide', this.#onHide);
  }

  #onHide = (): void => {
    if (!this.#draft) return;
    this.flush();
    uiStore.flush().catch((e: unknown) => console.error('The draft could not be written.', e));
  };
}
