package io.hongyan.gateway.inbox;

import static io.hongyan.gateway.inbox.People.newUid;
import static io.hongyan.gateway.inbox.People.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is old in the inbox. */
class InboxKeeperIT {

  private static final RunningGateway GATEWAY = RunningGateway.shared();

  @Test
  void whatIsLongOverIsDeletedWithItsCopies() {
    GATEWAY.createAccount("keeper");
    String person = newUid();
    String over = publish(GATEWAY, "keeper", "Over");
    String kept = publish(GATEWAY, "keeper", "Kept");
    assertThat(People.unread(GATEWAY, person, "keeper")).isEqualTo(2);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> Database.count(copies(person, over)) + Database.count(copies(person, kept)),
            n -> n == 2);
    Database.execute(
        """
        update inbox_announcement set visible_from = now() - interval '2 years', visible_until = now() - interval '1 year'
          where id = %d;
        insert into inbox_message (uid, id, account_id, title, body, at, batch_id, seq)
          values ('%2$s', 1, 'keeper', 'Old', 'b', now() - interval '1 year', 1, 1),
            ('%2$s', 2, 'keeper', 'New', 'b', now() - interval '1 day', 1, 2)
        """
            .formatted(value(over), person));

    String remark = GATEWAY.bean(InboxKeeper.class).run(Instant.now());

    assertThat(remark).contains("1 announcements");
    assertThat(Database.count(copies(person, over))).isZero();
    assertThat(Database.count(copies(person, kept))).isEqualTo(1);
    assertThat(Database.count("inbox_announcement where id = " + value(over))).isZero();
    assertThat(
            Database.value(
                "select string_agg(title, ',') from inbox_message where uid = '%s'"
                    .formatted(person)))
        .isEqualTo("New");
    String again = GATEWAY.bean(InboxKeeper.class).run(Instant.now());
    assertThat(again).isEqualTo("deleted: 0 announcements, 0 copies, 0 messages");
    // The largest place is gone with it; what is published next is still behind everybody's floor.
    publish(GATEWAY, "keeper", "Next");
    assertThat(People.unread(GATEWAY, person, "keeper")).isEqualTo(3);
  }

  private static String copies(String person, String announcement) {
    return "inbox_copy where uid = '%s' and id = %d".formatted(person, value(announcement));
  }

  private static long value(String id) {
    return InboxId.parse(id).orElseThrow().value();
  }
}
