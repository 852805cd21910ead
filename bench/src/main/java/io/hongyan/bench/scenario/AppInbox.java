package io.hongyan.bench.scenario;

import static io.hongyan.bench.report.Figures.text;

import io.hongyan.bench.load.InboxLoad;
import io.hongyan.bench.load.SteadyCalls;
import io.hongyan.bench.report.Figures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The in-app inbox with a million known people and 200 announcements: publishing, syncs, events of
 * people who were synced lately, and what all of it takes on disk; beside it one announcement the
 * other way, as a row for each person.
 */
final class AppInbox implements Scenario {

  private static final String ACCOUNT = "inbox";
  private static final int KNOWN = 1_000_000;
  private static final int ANNOUNCEMENTS = 200;
  private static final int LACKING = 5;
  private static final int SYNCS_PER_SECOND = 500;
  private static final int SYNC_SECONDS = 20;
  private static final int BACKLOG = 90_000; // the queue holds 100,000
  private static final int EVENTS_PER_SECOND = 5_000;
  private static final int EVENT_SECONDS = 20;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  @Override
  public String name() {
    return "inbox";
  }

  @Override
  public List<String> measure(Bed bed) {
    bed.accounts().put(ACCOUNT, Bed.MANY_IN_FLIGHT);
    try (InboxLoad load = new InboxLoad(bed.stack(), ACCOUNT);
        Connection database = bed.stack().connectToDatabase();
        Statement sql = database.createStatement()) {
      List<String> lines = new ArrayList<>(publishing(load, sql));
      int person = 1;
      List<Figures> opens = new ArrayList<>();
      List<Syncs> syncs = new ArrayList<>();
      person = sync(bed, load, person).next(); // warms up
      open(load, person);
      person += SYNCS_PER_SECOND * SYNC_SECONDS;
      for (int round = 1; round <= bed.rounds(); round++) {
        Syncs measured = sync(bed, load, person);
        syncs.add(measured);
        opens.add(open(load, measured.next()));
        person = measured.next() + SYNCS_PER_SECOND * SYNC_SECONDS;
        System.out.printf(
            "  round %d: %s %% of syncs within 10 ms, opens p99 %s ms%n",
            round, text(measured.within10(), 2), text(opens.getLast().percentile(99), 1));
      }
      lines.addAll(syncing(syncs, opens));
      lines.addAll(events(bed, load, person));
      lines.addAll(storage(sql));
      return lines;
    } catch (SQLException e) {
      throw new IllegalStateException("the database did not answer", e);
    }
  }

  private static List<String> publishing(InboxLoad load, Statement sql) throws SQLException {
    publish(load, 5); // warms up
    Figures nobody = publish(load, (ANNOUNCEMENTS - LACKING) / 2 - 5);
    sql.execute(
        """
        insert into inbox_user (uid, floor, synced_at)
        select 'u-' || n, 0, now() from generate_series(1, %d) n"""
            .formatted(KNOWN));
    Figures everybody = publish(load, ANNOUNCEMENTS - LACKING - (ANNOUNCEMENTS - LACKING) / 2);
    sql.execute("update inbox_user set floor = (select max(place) from inbox_announcement)");
    sql.execute("vacuum analyze inbox_user");
    publish(load, LACKING);
    return List.of(
        "| publishing, ms to 201 | p50 | p99 |",
        "|---|---:|---:|",
        "| nobody known | %s | %s |"
            .formatted(text(nobody.median(), 1), text(nobody.percentile(99), 1)),
        "| %s people known | %s | %s |"
            .formatted(
                text(KNOWN, 0), text(everybody.median(), 1), text(everybody.percentile(99), 1)),
        "");
  }

  private static Figures publish(InboxLoad load, int count) {
    List<Double> millis = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      millis.add(load.publish("We ship earlier"));
    }
    return new Figures(millis);
  }

  /**
   * Syncs of one round, by events.
   *
   * @param within10 percent that took 10 ms at most, from the event's taking to the commit
   * @param next the first person who was not synced
   */
  private record Syncs(double within5, double within10, double within20, Run run, int next) {}

  private static Syncs sync(Bed bed, InboxLoad load, int first) {
    int people = SYNCS_PER_SECOND * SYNC_SECONDS;
    double before = load.syncs();
    double before5 = load.syncsWithin(Duration.ofMillis(5));
    double before10 = load.syncsWithin(Duration.ofMillis(10));
    double before20 = load.syncsWithin(Duration.ofMillis(20));
    double lookedAt = load.lookedAt();
    Stopwatch watch = Stopwatch.start(bed.stack().parts());
    steadily(people, SYNCS_PER_SECOND, number -> load.showUp(first + number));
    load.awaitLookedAt(lookedAt + people, LIMIT);
    Run run = watch.stop(people);
    double syncs = (load.syncs() - before) / 100;
    return new Syncs(
        (load.syncsWithin(Duration.ofMillis(5)) - before5) / syncs,
        (load.syncsWithin(Duration.ofMillis(10)) - before10) / syncs,
        (load.syncsWithin(Duration.ofMillis(20)) - before20) / syncs,
        run,
        first + people);
  }

  private static Figures open(InboxLoad load, int first) {
    return new Figures(
        steadily(
            SYNCS_PER_SECOND * SYNC_SECONDS,
            SYNCS_PER_SECOND,
            number -> load.open(first + number)));
  }

  private static List<Double> steadily(int count, int perSecond, SteadyCalls.Call call) {
    try {
      return SteadyCalls.millis(count, perSecond, call);
    } catch (IOException e) {
      throw new UncheckedIOException("a call failed", e);
    }
  }

  private static List<String> syncing(List<Syncs> syncs, List<Figures> opens) {
    List<Run> runs = syncs.stream().map(Syncs::run).toList();
    return List.of(
        "| %s syncs/s that bring in %d announcements each, by events | percent, or CPU µs |"
            .formatted(text(SYNCS_PER_SECOND, 0), LACKING),
        "|---|---:|",
        "| committed within 5 ms | %s |".formatted(Figures.of(syncs, Syncs::within5).toCell(2)),
        "| within 10 ms | %s |".formatted(Figures.of(syncs, Syncs::within10).toCell(2)),
        "| within 20 ms | %s |".formatted(Figures.of(syncs, Syncs::within20).toCell(2)),
        "| CPU of the gateway a sync | %s |"
            .formatted(Figures.of(runs, run -> run.micros("gateway")).toCell(0)),
        "| CPU of PostgreSQL a sync | %s |"
            .formatted(Figures.of(runs, run -> run.micros("PostgreSQL")).toCell(0)),
        "| CPU of Redis a sync | %s |"
            .formatted(Figures.of(runs, run -> run.micros("Redis")).toCell(0)),
        "",
        "| %s opens/s of people who lack %d announcements, ms from when each was due | p50 | p99 |"
            .formatted(text(SYNCS_PER_SECOND, 0), LACKING),
        "|---|---:|---:|",
        "| conversations, over HTTP | %s | %s |"
            .formatted(
                Figures.of(opens, Figures::median).toCell(1),
                Figures.of(opens, figures -> figures.percentile(99)).toCell(1)),
        "");
  }

  private static List<String> events(Bed bed, InboxLoad load, int first) {
    Run syncs = drain(bed, load, first);
    System.out.printf("  syncs without a pause: %s/s%n", text(syncs.perSecond(), 0));
    List<Run> inRedis = new ArrayList<>();
    List<Run> inMemory = new ArrayList<>();
    for (int round = 1; round <= bed.rounds(); round++) {
      bed.stack().restartServices(); // forgets whom it has synced
      warmUp(load, first);
      inRedis.add(drain(bed, load, first));
      inMemory.add(drain(bed, load, first));
      System.out.printf(
          "  round %d: %s checks/s in redis, %s in memory%n",
          round, text(inRedis.getLast().perSecond(), 0), text(inMemory.getLast().perSecond(), 0));
    }
    long[] mostWaiting = {0};
    Stopwatch watch = Stopwatch.start(bed.stack().parts());
    steadily(
        EVENTS_PER_SECOND * EVENT_SECONDS,
        EVENTS_PER_SECOND,
        number -> {
          load.showUp(first + number % BACKLOG);
          if (number % EVENTS_PER_SECOND == 0) {
            mostWaiting[0] = Math.max(mostWaiting[0], load.waiting());
          }
        });
    Run steady = watch.stop(EVENTS_PER_SECOND * EVENT_SECONDS);
    return List.of(
        "| events through the broker, %s at once | a second | CPU µs of the gateway | checks/s that one core would do | CPU µs of RabbitMQ | of Redis |"
            .formatted(text(BACKLOG, 0)),
        "|---|---:|---:|---:|---:|---:|",
        row("each a sync of %d announcements".formatted(LACKING), List.of(syncs)),
        row("within the interval, Redis says so", inRedis),
        row("within the interval, the gateway remembers", inMemory),
        "",
        "At a steady %s events/s for %d s at most %s waited, looked at once a second; the gateway used %s %% of a core."
            .formatted(
                text(EVENTS_PER_SECOND, 0),
                EVENT_SECONDS,
                text(mostWaiting[0], 0),
                text(steady.micros("gateway") * EVENTS_PER_SECOND / 1e4, 0)),
        "");
  }

  private static String row(String name, List<Run> runs) {
    return "| %s | %s | %s | %s | %s | %s |"
        .formatted(
            name,
            Figures.of(runs, Run::perSecond).toCell(0),
            Figures.of(runs, run -> run.micros("gateway")).toCell(1),
            Figures.of(runs, run -> 1e6 / run.micros("gateway")).toCell(0),
            Figures.of(runs, run -> run.micros("RabbitMQ")).toCell(1),
            Figures.of(runs, run -> run.micros("Redis")).toCell(1));
  }

  /** Compiles what the measured people will run through; these are people synced before. */
  private static void warmUp(InboxLoad load, int first) {
    steadily(40_000, 8_000, number -> load.showUp(1 + number % (first - 1)));
    load.awaitTaken(LIMIT);
  }

  private static Run drain(Bed bed, InboxLoad load, int first) {
    double lookedAt = load.lookedAt();
    Stopwatch watch = Stopwatch.start(bed.stack().parts());
    try {
      for (int number = 0; number < BACKLOG; number++) {
        load.showUp(first + number);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("an event was not taken", e);
    }
    load.awaitLookedAt(lookedAt + BACKLOG, LIMIT);
    return watch.stop(BACKLOG);
  }

  private static List<String> storage(Statement sql) throws SQLException {
    long copies = number(sql, "select count(*) from inbox_copy");
    long copyBytes = size(sql, "inbox_copy");
    sql.execute("vacuum full inbox_user"); // all floors were moved at once, which nobody does
    long userBytes = size(sql, "inbox_user");
    sql.execute(
        """
        create table row_per_person (
          id bigint generated always as identity primary key,
          uid text not null, announcement_id bigint not null, title text not null, body text not null, url text,
          created_at timestamptz not null default now(), read_at timestamptz);
        create index row_per_person_uid on row_per_person (uid, created_at)""");
    long begun = System.nanoTime();
    sql.execute(
        """
        insert into row_per_person (uid, announcement_id, title, body, url)
        select u.uid, a.id, a.title, a.body, a.url
        from inbox_user u, (select * from inbox_announcement order by id limit 1) a""");
    double seconds = (System.nanoTime() - begun) / 1e9;
    double bytes = number(sql, "select pg_total_relation_size('row_per_person')");
    return List.of(
        "| on disk, indexes included | bytes |",
        "|---|---:|",
        "| a known person | %s |".formatted(text(userBytes / (double) KNOWN, 0)),
        "| a copy that a person has got (%s of them) | %s |"
            .formatted(text(copies, 0), text(copyBytes / (double) copies, 0)),
        "",
        "A row for each of %s people, the other way: one announcement of half a kilobyte took %s s and %s MB; %d would take %s min and %s GB, whether anybody ever looks or not."
            .formatted(
                text(KNOWN, 0),
                text(seconds, 1),
                text(bytes / 1e6, 0),
                ANNOUNCEMENTS,
                text(seconds * ANNOUNCEMENTS / 60, 0),
                text(bytes * ANNOUNCEMENTS / 1e9, 0)));
  }

  private static long size(Statement sql, String table) throws SQLException {
    return number(
        sql,
        "select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = '%s'::regclass"
            .formatted(table));
  }

  private static long number(Statement sql, String query) throws SQLException {
    try (ResultSet row = sql.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
