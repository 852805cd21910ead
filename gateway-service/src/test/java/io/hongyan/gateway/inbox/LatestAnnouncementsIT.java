package io.hongyan.gateway.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.RunningGateway;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Where a gateway takes the latest list from. */
class LatestAnnouncementsIT {

  private static final RunningGateway GATEWAY = RunningGateway.shared();

  private final LatestAnnouncements latest = GATEWAY.bean(LatestAnnouncements.class);

  @BeforeAll
  static void createAccount() {
    GATEWAY.createAccount("latest");
  }

  @AfterEach
  void readAgain() {
    latest.readAgain();
  }

  @Test
  void takesTheListOfAnotherGatewayFromRedis() {
    People.publish(GATEWAY, "latest", "One");
    LatestList known = latest.atLeast(0);
    LatestList newer =
        new LatestList(known.origin(), known.revision() + 5, known.lastPlace() + 5, known.items());
    putIntoRedis(newer);

    assertThat(latest.atLeast(known.revision() + 3)).isEqualTo(newer);

    latest.readAgain();
    assertThat(latest.atLeast(0)).as("the database has the last word").isEqualTo(known);
  }

  @Test
  void takesNoListOfAnotherDatabase() {
    People.publish(GATEWAY, "latest", "Two");
    LatestList known = latest.atLeast(0);
    putIntoRedis(new LatestList("another", known.revision() + 5, 0, List.of()));

    assertThat(latest.atLeast(known.revision() + 3)).isEqualTo(known);
  }

  @Test
  void takesNoListThatItCannotRead() {
    People.publish(GATEWAY, "latest", "Three");
    LatestList known = latest.atLeast(0);
    put("{\"written by\":\"another version\"}");

    assertThat(latest.atLeast(known.revision() + 1)).isEqualTo(known);
  }

  private static void putIntoRedis(LatestList list) {
    put(GATEWAY.bean(JsonMapper.class).writeValueAsString(list));
  }

  private static void put(String text) {
    assertThat(
            GATEWAY
                .bean(InboxRedis.class)
                .ask(redis -> redis.set(LatestAnnouncements.KEY, text), "away"))
        .isEqualTo("OK");
  }
}
