package io.hongyan.gateway.inbox;

import io.hongyan.gateway.inbox.InboxMapper.Member;
import io.hongyan.gateway.inbox.InboxMapper.UserFloor;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Finds what people lack: of the latest list what lies behind their floor and is for all, or for a
 * segment that they are in. One query for a group of people, a second where segments are concerned.
 * Changes nothing.
 */
@Component
class IncrementFinder {

  private final InboxMapper mapper;
  private final LatestAnnouncements latest;
  private final Clock clock;

  IncrementFinder(InboxMapper mapper, LatestAnnouncements latest, Clock clock) {
    this.mapper = mapper;
    this.latest = latest;
    this.clock = clock;
  }

  /** What one person lacks of all that was published before this call. */
  Increments find(String uid) {
    return find(Set.of(uid)).getFirst();
  }

  /**
   * What each of them lacks of all that was published before this call, also through another
   * gateway.
   *
   * @param uids at least one, each once
   */
  List<Increments> find(Collection<String> uids) {
    String[] people = uids.toArray(String[]::new);
    List<UserFloor> rows = mapper.findFloors(people);
    Map<String, Long> floors = new HashMap<>();
    rows.forEach(row -> row.putInto(floors));
    // The list may be older than the floors; never decide by it what it does not know of.
    LatestList list = latest.atLeast(rows.getFirst().revision());
    Map<String, List<LatestList.Item>> candidates = new HashMap<>();
    Set<Long> segments = new HashSet<>();
    for (String uid : people) {
      List<LatestList.Item> items =
          list.after(
              floors.getOrDefault(uid, 0L), clock.instant().minus(LatestAnnouncements.GRACE));
      candidates.put(uid, items);
      items.stream().map(LatestList.Item::segment).filter(Objects::nonNull).forEach(segments::add);
    }
    Set<Member> members =
        segments.isEmpty()
            ? Set.of()
            : new HashSet<>(mapper.findMembers(segments.toArray(Long[]::new), people));
    List<Increments> found = new ArrayList<>(people.length);
    for (String uid : people) {
      List<Long> ids =
          candidates.getOrDefault(uid, List.of()).stream()
              .filter(
                  item ->
                      item.segment() == null || members.contains(new Member(item.segment(), uid)))
              .map(LatestList.Item::id)
              .toList();
      long floor = floors.getOrDefault(uid, 0L);
      found.add(
          new Increments(
              uid,
              Math.max(floor, list.lastPlace()),
              ids,
              rows.getFirst().foundAt(),
              list.lastPlace() > floor));
    }
    return found;
  }
}
