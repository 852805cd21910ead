package io.hongyan.gateway.inbox;

import io.hongyan.common.message.ConfigEvent;
import io.hongyan.gateway.config.DatabaseCopy;
import io.hongyan.gateway.inbox.AnnouncementMapper.LatestRow;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import redis.clients.jedis.params.SetParams;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The latest list, in memory. Whoever publishes puts the new one into Redis, from where the other
 * gateways take it; PostgreSQL is asked where Redis has none, or an older one. Thread-safe.
 */
@Component
class LatestAnnouncements implements DatabaseCopy {

  static final String KEY = "hongyan:inbox:latest";

  /**
   * An announcement that ended stays on the list so long: an edit may have prolonged it in its last
   * moment, by another gateway's clock.
   */
  static final Duration GRACE = Duration.ofHours(1);

  private static final Logger log = LoggerFactory.getLogger(LatestAnnouncements.class);
  private static final SetParams FOR_A_DAY = SetParams.setParams().ex(86_400);

  private final AnnouncementMapper mapper;
  private final InboxRedis redis;
  private final Clock clock;
  private final JsonMapper json;
  private final ReentrantLock loading = new ReentrantLock();
  private volatile LatestList latest = LatestList.NONE;

  LatestAnnouncements(
      AnnouncementMapper mapper, InboxRedis redis, Clock clock, JsonMapper jsonMapper) {
    this.mapper = mapper;
    this.redis = redis;
    this.clock = clock;
    this.json = jsonMapper;
    readAgain();
  }

  /** The list, with the change of that revision and all before it. */
  LatestList atLeast(long revision) {
    LatestList known = latest;
    return known.revision() >= revision ? known : fetch(revision);
  }

  private LatestList fetch(long revision) {
    loading.lock();
    try {
      if (latest.revision() < revision) {
        Optional<LatestList> cached = cached().filter(list -> list.serves(latest, revision));
        if (cached.isPresent()) {
          latest = cached.get();
        } else {
          readAgain();
        }
      }
      return latest;
    } finally {
      loading.unlock();
    }
  }

  @Override
  public String contents() {
    return "announcements";
  }

  @Override
  public boolean concerns(ConfigEvent event) {
    return event.kind() == ConfigEvent.Kind.INBOX;
  }

  /** Takes the list from Redis where it is that new. */
  @Override
  public void takeOver(ConfigEvent event) {
    atLeast(Long.parseLong(event.id()));
  }

  /**
   * Takes what the database says, also where it was set back, forgets what has ended, and tells
   * Redis.
   */
  @Override
  public void readAgain() {
    loading.lock();
    try {
      List<LatestRow> rows = mapper.findLatest(clock.instant().minus(GRACE));
      LatestRow first = rows.getFirst();
      List<LatestList.Item> items = rows.stream().flatMap(row -> row.item().stream()).toList();
      LatestList read = new LatestList(first.origin(), first.revision(), first.lastPlace(), items);
      latest = read;
      redis.ask(jedis -> jedis.set(KEY, json.writeValueAsString(read), FOR_A_DAY), "");
    } finally {
      loading.unlock();
    }
  }

  private Optional<LatestList> cached() {
    Optional<String> text =
        redis.ask(jedis -> Optional.<String>ofNullable(jedis.get(KEY)), Optional.<String>empty());
    return text.flatMap(this::parse);
  }

  // Another version of the gateway may have written it.
  private Optional<LatestList> parse(String text) {
    try {
      @Nullable LatestList list = json.readValue(text, LatestList.class);
      return Optional.ofNullable(list);
    } catch (JacksonException e) {
      log.info("latest announcements in redis passed over cause={}", e.getOriginalMessage());
      return Optional.empty();
    }
  }
}
