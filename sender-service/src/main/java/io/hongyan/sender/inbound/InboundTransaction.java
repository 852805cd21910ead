package io.hongyan.sender.inbound;

import io.hongyan.common.callback.InboundRecord;
import io.hongyan.sender.inbound.InboundMapper.ChangeColumns;
import io.hongyan.sender.inbound.InboundMapper.LogColumns;
import io.hongyan.sender.inbound.InboundMapper.PersonRow;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/** What {@link InboundRecorder} does inside one transaction. */
@Component
class InboundTransaction {

  // In the order of the table's key, so that two groups with the same copies wait in no circle.
  private static final Comparator<InboundRecord> KEY =
      Comparator.comparing(InboundRecord::receivedAt).thenComparingLong(InboundRecord::id);

  private final InboundMapper mapper;

  InboundTransaction(InboundMapper mapper) {
    this.mapper = mapper;
  }

  /**
   * Logs the records and notes who follows; copies of one that is logged change nothing, and what
   * an erased person did before the erasure is left out.
   */
  void store(List<InboundRecord> group) {
    List<InboundRecord> sorted = group.stream().distinct().sorted(KEY).toList();
    Set<Long> logged = new HashSet<>(mapper.insertLog(LogColumns.of(sorted)));
    // A copy that comes late must not undo what came after the first.
    List<FollowChange> changes =
        FollowChange.lastOf(
            sorted.stream().filter(inbound -> logged.contains(inbound.id())).toList());
    if (changes.isEmpty()) {
      return;
    }
    List<PersonRow> gone =
        mapper.putFollowers(ChangeColumns.of(changes)).stream()
            .filter(row -> !row.subscribed())
            .toList();
    if (!gone.isEmpty()) {
      mapper.deleteTags(
          gone.stream().map(PersonRow::accountId).toArray(String[]::new),
          gone.stream().map(PersonRow::openid).toArray(String[]::new));
    }
  }
}
