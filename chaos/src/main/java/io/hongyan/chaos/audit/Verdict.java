package io.hongyan.chaos.audit;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an audit found.
 *
 * @param messages recipients that were answered 202
 * @param failed rows in {@code send_failed}, whatever their class
 * @param uncertain those of them that are {@code uncertain}: allowed, and left to a person
 * @param tolerated those of them whose class was allowed for the round's sake
 * @param suppressed repeats that WeChat dropped: harmless, the recipient got one
 * @param counts absent = none
 * @param examples up to five of each kind, with their message ids
 */
public record Verdict(
    long messages,
    long failed,
    long uncertain,
    long tolerated,
    long suppressed,
    Map<Finding, Long> counts,
    List<String> examples) {

  public long count(Finding finding) {
    return counts.getOrDefault(finding, 0L);
  }

  public long lost() {
    return count(Finding.LOST);
  }

  public long repeated() {
    return count(Finding.REPEATED);
  }

  /** Everything but lost and repeated. */
  public long otherFindings() {
    return counts.values().stream().mapToLong(Long::longValue).sum() - lost() - repeated();
  }

  public boolean isClean() {
    return counts.isEmpty();
  }

  /** One line for people. */
  @Override
  public String toString() {
    String found =
        counts.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(count -> count.getValue() + " " + count.getKey())
            .collect(Collectors.joining(", "));
    return "%d messages, %d failed, %d uncertain, %d repeats dropped: %s"
        .formatted(messages, failed, uncertain, suppressed, found.isEmpty() ? "clean" : found);
  }
}
