package io.hongyan.jobs;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The rows of {@code scheduler_log} that this instance writes. Thread-safe. */
final class JobRuns {

  private static final String ENDED_WITH_INSTANCE =
      "its instance ended before it was over, and a later moment was due when another one looked";

  // By the database's clock, so that one of ours that was far ahead for a moment stops no job.
  private static final String LATER = "due_at > :due and due_at <= now() + interval '1 day'";

  private final JdbcClient jdbc;
  private final String instance;
  private final Clock clock;

  JobRuns(DataSource dataSource, String instance, Clock clock) {
    this.jdbc = JdbcClient.create(dataSource);
    this.instance = instance;
    this.clock = clock;
  }

  /** How a run ended. */
  enum Result {
    DONE("done"),
    FAILED("failed");

    private final String text;

    Result(String text) {
      this.text = text;
    }
  }

  /** Whether the moment needs no run: it had one that is finished, or a later moment had one. */
  boolean isOver(String job, Instant due) {
    return jdbc.sql(
            """
            select exists (
              select from scheduler_log
              where job = :job and (%s or due_at = :due and finished_at is not null))
            """
                .formatted(LATER))
        .param("job", job)
        .param("due", Timestamp.from(due))
        .query(Boolean.class)
        .single();
  }

  /**
   * Notes that this instance begins the run, or takes it over from a dead one, and ends what dead
   * ones left of earlier moments. Call it under the job's lock. Empty if the moment is over.
   */
  Optional<Long> begin(String job, Instant due) {
    Timestamp now = now();
    Optional<Long> run =
        jdbc.sql(
                """
                insert into scheduler_log (job, due_at, instance, started_at)
                select :job, :due, :instance, :now
                where not exists (select from scheduler_log where job = :job and %s)
                on conflict (job, due_at) do update
                  set instance = excluded.instance, started_at = excluded.started_at
                  where scheduler_log.finished_at is null
                returning id
                """
                    .formatted(LATER))
            .param("job", job)
            .param("due", Timestamp.from(due))
            .param("instance", instance)
            .param("now", now)
            .query(Long.class)
            .optional();
    if (run.isPresent()) {
      jdbc.sql(
              """
              update scheduler_log
              set finished_at = :now, result = 'failed', remark = :remark
              where job = :job and due_at < :due and finished_at is null
              """)
          .param("now", now)
          .param("remark", ENDED_WITH_INSTANCE)
          .param("job", job)
          .param("due", Timestamp.from(due))
          .update();
    }
    return run;
  }

  /** Notes how the run ended; false if it is not this instance's any more. */
  boolean finish(long run, Result result, String remark) {
    return jdbc.sql(
                """
                update scheduler_log
                set finished_at = :now, result = :result, remark = :remark
                where id = :run and instance = :instance and finished_at is null
                """)
            .param("now", now())
            .param("result", result.text)
            .param("remark", remark)
            .param("run", run)
            .param("instance", instance)
            .update()
        == 1;
  }

  private Timestamp now() {
    return Timestamp.from(clock.instant());
  }
}
