/** What a person has chosen; `system` follows the operating system. */
export type ThemeChoice = 'system' | 'light' | 'dark';

/** static/theme.js reads the same entry before the first paint. */
const storageKey = 'rowhouse-theme';

/** The theme of the page: `<html data-theme="light|dark">`, on which the tokens of app.css hang. */
export class Theme {
  #choice = $state<ThemeChoice>('system');
  #systemIsDark = $state(false);

  get choice(): ThemeChoice {
    return this.#choice;
  }

  /** What is shown. */
  get shown(): 'light' | 'dark' {
    if (this.#choice !== 'system') return this.#choice;
    return this.#systemIsDark ? 'dark' : 'light';
  }

  /** Shows a theme and keeps it for the next visit. */
  choose(choice: ThemeChoice): void {
    this.#choice = choice;
    try {
      if (choice === 'system') localStorage.removeItem(storageKey);
      else localStorage.setItem(storageKey, choice);
    } catch {
      // the browser keeps nothing for us: the choice holds until the page goes
    }
    this.#show();
  }

  /** Follows the system and other tabs; returns its undo. */
  start(): () => void {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const read = () => {
      this.#systemIsDark = system.matches;
      this.#choice = storedChoice();
      this.#show();
    };
    const onStorage = (event: StorageEvent) => {
      if (event.key === storageKey || event.key === null) read();
    };
    read();
    system.addEventListener('change', read);
    window.addEventListener('storage', onStorage);
    return () => {
      system.removeEventListener('change', read);
      window.removeEventListener('storage', onStorage);
    };
  }

  #show(): void {
    const root = document.documentElement;
    root.dataset.theme = this.shown;
    // the frame that the browser or the system draws around us takes the colour of our own frame
    const frame = getComputedStyle(root).getPropertyValue('--panel').trim();
    if (frame) document.querySelector('meta[name="theme-color"]')?.setAttribute('content', frame);
  }
}

function storedChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(storageKey);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    // as in choose()
    return 'system';
  }
}

export const theme = new Theme();
