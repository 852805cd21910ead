package io.hongyan.gateway.callback;

import static io.hongyan.gateway.callback.ReplyingGateways.NOTHING;
import static io.hongyan.gateway.callback.ReplyingGateways.WITHHELD;
import static io.hongyan.gateway.callback.ReplyingGateways.answered;
import static io.hongyan.gateway.callback.ReplyingGateways.replied;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.gateway.callback.KeptReply.Result;
import io.hongyan.gateway.callback.MessageHandler.Handled;
import io.hongyan.gateway.callback.ReplyingGateways.Gateway;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is recorded of a run, and who waits until it is. */
@Timeout(90)
class ReplyRecordsIT {

  private final ReplyingGateways fixture = new ReplyingGateways();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aRunIsRecordedOnceWithWhatItCameTo() throws Exception {
    Gateway one = fixture.gateway("gw-one", message -> replied("hi"));
    Gateway two = fixture.gateway("gw-two", message -> replied("hi"));

    one.answer(fixture.text(7));
    two.answer(fixture.text(7));

    assertThat(two.published).isEmpty();
    assertThat(one.published)
        .singleElement()
        .satisfies(
            inbound -> {
              assertThat(inbound.account()).isEqualTo(fixture.account);
              assertThat(inbound.openid()).isEqualTo("o1");
              assertThat(inbound.msgId()).isEqualTo(7);
              assertThat(inbound.handler()).isEqualTo("default d");
              assertThat(inbound.reply()).isEqualTo("{\"type\":\"text\",\"content\":\"hi\"}");
              assertThat(inbound.result()).isEqualTo("replied");
              assertThat(inbound.gateway()).isEqualTo("gw-one");
              assertThat(inbound.body()).isEqualTo("<xml/>");
            });
  }

  @Test
  void aFollowIsNotAnsweredBeforeItIsSafe() throws Exception {
    Gateway gateway =
        fixture.gateway("one", ReplyingGateways.brisk(), message -> replied("welcome"));
    CompletableFuture<Void> confirm = new CompletableFuture<>();
    gateway.queue = inbound -> confirm;

    Answer first = gateway.answer(fixture.event("subscribe"));
    confirm.complete(null);
    Answer second = gateway.answer(fixture.event("subscribe"));

    assertThat(first).isEqualTo(WITHHELD);
    assertThat(second).isEqualTo(answered("welcome"));
    assertThat(gateway.runs()).isEqualTo(1);
  }

  @Test
  void aFollowThatTheQueueRefusesIsOfferedAgainWithoutAnotherRun() throws Exception {
    Gateway gateway =
        fixture.gateway(
            "one",
            ReplyingGateways.brisk(),
            message -> new Handled("none", new KeptReply(Result.NOTHING, null)));
    AtomicInteger offers = new AtomicInteger();
    CompletableFuture<Void> confirm = new CompletableFuture<>();
    gateway.queue =
        inbound ->
            offers.incrementAndGet() < 3
                ? CompletableFuture.failedFuture(new NotQueuedException("no room"))
                : confirm;

    assertThat(gateway.answer(fixture.event("unsubscribe"))).isEqualTo(WITHHELD);
    confirm.complete(null);
    assertThat(gateway.answer(fixture.event("unsubscribe"))).isEqualTo(NOTHING);

    assertThat(offers).hasValue(3);
    assertThat(gateway.runs()).isEqualTo(1);
    assertThat(Set.copyOf(gateway.published)).as("the same record").hasSize(1);
  }

  @Test
  void anotherMessageDoesNotWaitForTheQueue() throws Exception {
    Gateway gateway = fixture.gateway("one", message -> replied("hi"));
    gateway.queue = inbound -> new CompletableFuture<>();

    assertThat(gateway.answer(fixture.text(1))).isEqualTo(answered("hi"));
  }
}
