/**
 * The app's own new versions. A new one is fetched in the background and waits; nothing is reloaded until a person
 * asks for it, and then drafts are written first.
 */
export class AppUpdate {
  /**
   * `none`: this is the newest version known. `ready`: a newer one waits, `apply` starts it. `elsewhere`: another
   * tab has started the newer one; this tab works on with what it has until it is reloaded.
   */
  state = $state<'none' | 'ready' | 'elsewhere'>('none');
  /** True once everything that the app needs without a network is kept. */
  offlineReady = $state(false);
  #registration: ServiceWorkerRegistration | undefined;
  #applying = false;

  /**
   * Registers the service worker and watches for newer ones: now, and each time that the page is shown again after
   * an hour. Without service workers (some private windows) nothing happens. Returns its undo.
   */
  start(): () => void {
    const container = navigator.serviceWorker;
    if (!container) return () => undefined;
    let checked = Date.now();
    let controlled = container.controller !== null;
    const onController = () => {
      // the first controller of a page that had none is no update
      if (this.#applying) location.reload();
      else if (controlled) this.state = 'elsewhere';
      controlled = true;
    };
    const onShown = () => {
      if (document.visibilityState !== 'visible' || Date.now() - checked < 3_600_000) return;
      checked = Date.now();
      // without a network there is no news
      this.#registration?.update().catch(() => undefined);
    };
    container.addEventListener('controllerchange', onController);
    document.addEventListener('visibilitychange', onShown);
    void container.ready.then(() => (this.offlineReady = true));
    container.register('/service-worker.js', { scope: '/', updateViaCache: 'none' }).then(
      (registration) => this.#watch(registration),
      (error: unknown) => console.warn('Rowhouse will not work offline: its service worker was refused.', error)
    );
    return () => {
      container.removeEventListener('controllerchange', onController);
      document.removeEventListener('visibilitychange', onShown);
    };
  }

  /**
   * Starts the newer version by a reload.
   * @param flush writes what is not saved yet; when it rejects, nothing is reloaded and the rejection is passed on
   */
  async apply(flush: () => Promise<void>): Promise<void> {
    await flush();
    const waiting = this.#registration?.waiting;
    if (!waiting) {
      location.reload();
      return;
    }
    this.#applying = true;
    waiting.postMessage('skip-waiting');
  }

  #watch(registration: ServiceWorkerRegistration): void {
    this.#registration = registration;
    const look = () => {
      // without an active one the waiting one is the first, and starts by itself
      if (registration.waiting && registration.active && this.state === 'none') this.state = 'ready';
    };
    look();
    registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look));
  }
}

export const appUpdate = new AppUpdate();
