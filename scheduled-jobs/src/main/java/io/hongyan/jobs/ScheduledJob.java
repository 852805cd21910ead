package io.hongyan.jobs;

import java.time.Instant;
import java.util.Optional;

/**
 * Work that is due at moments which every instance reckons alike, and that one instance does. A
 * Spring bean of this type is run by itself. It must be idempotent: what a killed instance had
 * begun is run again by another.
 */
public interface ScheduledJob {

  /** Its name in {@code scheduler_log.job} and of its lock, e.g. {@code follower-sync}. */
  String name();

  /**
   * The last moment, not after {@code now}, at which it was due; empty if there is none. A moment
   * that has a finished run is never run again; moments missed before the last one are left out.
   */
  Optional<Instant> lastDue(Instant now);

  /**
   * Does the work.
   *
   * @param due the moment it is done for
   * @return a remark for {@code scheduler_log}, such as how much was done
   * @throws Exception noted as the run's failure; the next moment runs again
   */
  String run(Instant due) throws Exception;
}
