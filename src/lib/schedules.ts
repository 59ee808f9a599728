import { Cron } from 'croner';

/** Work that is done again and again. The signal says that the process is closing: long work ends at its next pause. */
export type Work = (stopping: AbortSignal) => void | Promise<void>;

export interface Schedules {
  /**
   * Does something whenever a pattern says so, and once at the start. One run of it never overlaps another.
   * @param pattern as cron has them, with seconds where it has six parts; in UTC
   */
  add(name: string, pattern: string, work: Work): void;
  start(): void;
  /** No run begins any more; those under way are told, and waited for up to `patience` milliseconds. */
  stop(patience?: number): Promise<void>;
}

export interface SchedulesLog {
  error(data: object, message: string): void;
}

/** A failing run is logged and ends nothing: neither the process nor the runs to come. */
export function createSchedules(log: SchedulesLog): Schedules {
  const stopping = new AbortController();
  const entries: { name: string; pattern: string; run: () => Promise<void> }[] = [];
  const crons: Cron[] = [];
  const running = new Map<string, Promise<void>>();

  const attempt = async (name: string, work: Work) => {
    try {
      await work(stopping.signal);
    } catch (error) {
      // Whoever closes does not wait for ever: what goes on behind a closed database fails, and that is nobody's news.
      if (!stopping.signal.aborted) log.error({ err: error, schedule: name }, 'a scheduled run failed');
    }
  };

  return {
    add(name, pattern, work) {
      const run = async () => {
        if (running.has(name) || stopping.signal.aborted) return;
        const attempted = attempt(name, work);
        running.set(name, attempted);
        await attempted;
        running.delete(name);
      };
      entries.push({ name, pattern, run });
    },
    start() {
      for (const { pattern, run } of entries) {
        crons.push(new Cron(pattern, { utcOffset: 0, unref: true }, run));
        void run();
      }
    },
    async stop(patience = 5_000) {
      stopping.abort();
      for (const cron of crons.splice(0)) cron.stop();
      const patienceEnds = new Promise<void>((resolve) => setTimeout(resolve, patience).unref());
      await Promise.race([Promise.all(running.values()), patienceEnds]);
    },
  };
}
