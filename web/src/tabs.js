// One tab at a time changes the project; others show what it has, until one of them is told to take over.

const NAME = 'catsex';
const PATIENCE = 10000; // milliseconds for the other tab to put away what it has; one that sleeps does not answer

export class Tabs {
  leads = true;

  /**
   * Become the tab that changes the project, if no other is. Without Web Locks, as on pages opened by plain http, each
   * tab thinks so.
   * @param {() => void} changed - called in a tab that follows, when there is something new in the store
   * @param {() => Promise<void>} putAway - called in the tab that leads, before another one does
   */
  async enter(changed, putAway) {
    if (!navigator.locks) return;
    this.channel = new BroadcastChannel(NAME);
    this.leads = await this.hold({ ifAvailable: true });
    this.channel.onmessage = async ({ data }) => {
      if (data === 'changed' && !this.leads) changed();
      if (data === 'hand over' && this.leads) await putAway().finally(() => location.reload());
    };
  }

  /** Hold the lock until this tab is closed. @returns {Promise<boolean>} whether it could be had */
  hold(options) {
    return new Promise(resolve => {
      const held = lock => {
        resolve(lock !== null);
        return lock && new Promise(() => {});
      };
      navigator.locks.request(NAME, options, held).catch(() => {
        if (this.leads) location.reload(); // another tab has taken it
        resolve(false);
      });
    });
  }

  /** Become the tab that changes the project; the one that was comes back as one that follows. */
  async takeOver() {
    this.channel.postMessage('hand over');
    this.leads = (await this.hold({ signal: AbortSignal.timeout(PATIENCE) })) || (await this.hold({ steal: true }));
  }

  /** Tell the others that there is something new in the store. */
  tell() {
    this.channel?.postMessage('changed');
  }
}
