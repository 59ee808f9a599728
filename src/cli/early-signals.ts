import { setImmediate } from 'node:timers/promises';
import { isatty } from 'node:tty';

const STDOUT = 1;
/** However far the start has come, the process ends so long after the signal, in ms. */
const DEADLINE = 1_800;

/** Node would open its debugger on SIGUSR1, for everybody on this machine who then connects, and die of SIGUSR2. */
export function ignoreUserSignals(): void {
  process.on('SIGUSR1', ignore);
  process.on('SIGUSR2', ignore);
}

/** Signals that come while the portal starts. Handed on, since the packed program has this module twice. */
export interface HeldSignals {
  /** Whether a signal to end has come; whoever starts the portal asks between two steps. What came while Node was busy is heard first. */
  isToEnd(): Promise<boolean>;
  /** From here on the portal answers signals itself. */
  release(): void;
}

/**
 * For the portal while it starts: SIGTERM and SIGINT end it with 0, by `isToEnd` where nothing is half done. SIGHUP changes nothing, since the
 * files of the certificate are going to be read anyway; only a terminal that closes ends it, as later.
 */
export function holdSignals(): HeldSignals {
  let isTold = false;
  const noteEnd = () => {
    if (isTold) return;
    isTold = true;
    setTimeout(() => process.exit(0), DEADLINE).unref();
  };
  process.on('SIGTERM', noteEnd);
  process.on('SIGINT', noteEnd);
  if (!isatty(STDOUT)) process.on('SIGHUP', ignore);
  return {
    async isToEnd() {
      await setImmediate();
      return isTold;
    },
    release() {
      process.off('SIGTERM', noteEnd);
      process.off('SIGINT', noteEnd);
    },
  };
}

function ignore(): void {}
