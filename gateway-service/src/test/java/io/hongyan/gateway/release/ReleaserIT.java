package io.hongyan.gateway.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.PushMessage.TemplateValue;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one releaser does with batches, when nobody interferes. */
class ReleaserIT {

  private ReleaseFixture fixture;
  private String account;

  @BeforeEach
  void setUp() {
    fixture = ReleaseFixture.clean();
    account = fixture.account();
  }

  @Test
  void releasesEveryRecipientOnceAndInOrder() throws Exception {
    BatchId batch = fixture.batch(account, 23).insert();

    run(Lane.NORMAL, ReleaseFixture.properties(5, 100));

    assertThat(fixture.drainedSeqs(account)).isEqualTo(seqs(1, 23));
    assertThat(fixture.state(batch)).isEqualTo("released");
    assertThat(fixture.batch(batch, "released_to", Integer.class)).isEqualTo(23);
    assertThat(
            fixture.batch(batch, "released_by is null and started_at is not null", Boolean.class))
        .isTrue();
  }

  @Test
  void aMessageCarriesWhatBatchAndRecipientSay() throws Exception {
    BatchId batch = fixture.batch(account, 2).insert();

    run(Lane.NORMAL, ReleaseFixture.properties(5, 100));

    List<PushMessage> messages = fixture.drain(account, Lane.NORMAL);
    PushMessage first = messages.getFirst();
    assertThat(first.id()).isEqualTo(new MessageId(batch, 1));
    assertThat(first.account()).isEqualTo(account);
    assertThat(first.template()).isEqualTo("order-paid");
    assertThat(first.wechatTemplateId()).isEqualTo("wxt-1");
    assertThat(first.openid()).isEqualTo("o1");
    assertThat(first.ref()).isEqualTo("order-1");
    assertThat(first.url()).isEqualTo("https://mall.example/batch");
    assertThat(first.data())
        .containsEntry("thing1", new TemplateValue("耳机", null))
        .containsEntry("amount2", new TemplateValue("¥1", "#173177"));
    assertThat(messages.get(1).url()).isEqualTo("https://mall.example/own");
  }

  @Test
  void anUrgentBatchGoesToItsOwnQueue() throws Exception {
    fixture.batch(account, 3).urgent().insert();

    run(Lane.NORMAL, ReleaseFixture.properties(5, 100));
    run(Lane.URGENT, ReleaseFixture.properties(5, 100));

    assertThat(fixture.drain(account, Lane.NORMAL)).isEmpty();
    assertThat(fixture.drain(account, Lane.URGENT)).hasSize(3);
  }

  private void run(Lane lane, ReleaseProperties properties) throws PublishFailedException {
    try (Releaser releaser = fixture.releaser(lane, "gateway-1", properties)) {
      releaser.run(() -> false);
    }
  }

  private static List<Integer> seqs(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }
}
