package io.hongyan.sender.record;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Sees to it that the tables which are kept by the day have a place for a row. Thread-safe. */
@Component
public class DayPartitions {

  private final DayMapper mapper;
  private final Clock clock;
  private final Set<LocalDate> made = ConcurrentHashMap.newKeySet();
  private volatile LocalDate today = LocalDate.EPOCH;

  DayPartitions(DayMapper mapper, Clock clock) {
    this.mapper = mapper;
    this.clock = clock;
  }

  /**
   * Makes the partitions for rows of these moments, unless this sender has done so today. Call it
   * outside of a transaction: the new table locks the old ones out until the commit.
   */
  public void ensure(Collection<Instant> moments) {
    LocalDate now = day(clock.instant());
    if (!now.equals(today)) {
      // Days that were old when they were made may have been dropped since.
      made.clear();
      today = now;
    }
    Set<LocalDate> days =
        moments.stream().map(DayPartitions::day).collect(Collectors.toCollection(TreeSet::new));
    for (LocalDate day : days) {
      if (!made.contains(day)) {
        mapper.create(day.atStartOfDay(ZoneOffset.UTC).toOffsetDateTime());
        made.add(day);
      }
    }
  }

  private static LocalDate day(Instant moment) {
    return LocalDate.ofInstant(moment, ZoneOffset.UTC);
  }
}
