package io.hongyan.sender.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Consumer;
import io.hongyan.common.message.Lane;
import io.hongyan.common.message.Topology;
import io.hongyan.sender.Samples;
import io.hongyan.sender.account.SenderAccount;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Against a broker that leaves some calls unanswered, as RabbitMQ does for a queue that is without
 * a leader.
 */
@Timeout(20)
class AccountConsumersTest {

  private static final SenderAccount STUCK = Samples.account("stuck", "wx1");
  private static final SenderAccount WELL = Samples.account("well", "wx2");

  private final BrokerConnection broker = mock(BrokerConnection.class);
  private final BrokerConnection aside = mock(BrokerConnection.class);
  private final ConcurrentLinkedQueue<Channel> opened = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> consumed = new ConcurrentLinkedQueue<>();
  private final CountDownLatch unanswered = new CountDownLatch(Lane.values().length);
  private final CountDownLatch consumeAnswer = new CountDownLatch(1);
  private final CountDownLatch cancelAnswer = new CountDownLatch(1);
  private final AccountConsumers consumers = consumers(Duration.ofMinutes(5));

  private AccountConsumers consumers(Duration renewInterval) {
    return new AccountConsumers(
        broker, aside, mock(MessageListener.class), renewInterval, Clock.systemUTC());
  }

  @BeforeEach
  void openChannels() throws IOException {
    when(broker.isOpen()).thenReturn(true);
    when(broker.openChannel()).thenAnswer(call -> channel());
    when(aside.openChannel()).thenAnswer(call -> channel());
  }

  private Channel channel() throws IOException {
    Channel channel = mock(Channel.class);
    when(channel.isOpen()).thenReturn(true);
    doAnswer(call -> consume(call.getArgument(0)))
        .when(channel)
        .basicConsume(anyString(), anyBoolean(), any(Consumer.class));
    opened.add(channel);
    return channel;
  }

  private String consume(String queue) throws IOException, InterruptedException {
    if (queue.contains(STUCK.id()) && consumeAnswer.getCount() > 0) {
      unanswered.countDown();
      consumeAnswer.await();
      throw new IOException("no answer within the limit");
    }
    consumed.add(queue);
    return "tag";
  }

  @Test
  void aQueueThatDoesNotAnswerKeepsNoOtherWaiting() throws Exception {
    consumers.fit(List.of(STUCK, WELL));

    await().until(() -> consumed.contains(Topology.sendQueue(WELL.id(), Lane.NORMAL)));
    consumers.fit(List.of(STUCK, WELL));
    assertThat(opened).as("channels: one an account and lane, no second try yet").hasSize(4);
  }

  @Test
  void whatWasNotAnsweredInTimeIsAbandonedAndTriedAgain() throws Exception {
    consumers.fit(List.of(STUCK));
    List<Channel> first = List.copyOf(opened);
    unanswered.await();

    consumeAnswer.countDown();

    for (Channel channel : first) {
      await().untilAsserted(() -> verify(channel, atLeastOnce()).abort());
    }
    await()
        .untilAsserted(
            () -> {
              consumers.fit(List.of(STUCK));
              assertThat(consumed)
                  .contains(
                      Topology.sendQueue(STUCK.id(), Lane.NORMAL),
                      Topology.sendQueue(STUCK.id(), Lane.URGENT));
            });
  }

  @Test
  void aLaneInTroubleTriesAgainOnAConnectionOfItsOwn() throws Exception {
    consumers.fit(List.of(STUCK, WELL));
    unanswered.await();
    consumeAnswer.countDown();
    await().until(() -> consumed.contains(Topology.sendQueue(WELL.id(), Lane.NORMAL)));
    await().until(() -> aborted() == Lane.values().length);
    verify(aside, never()).openChannel();

    consumers.fit(List.of(STUCK, WELL));

    verify(broker, times(2 * Lane.values().length)).openChannel();
    verify(aside, times(Lane.values().length)).openChannel();
  }

  private long aborted() {
    return opened.stream()
        .filter(
            channel ->
                mockingDetails(channel).getInvocations().stream()
                    .anyMatch(call -> call.getMethod().getName().equals("abort")))
        .count();
  }

  @Test
  void aCancelThatIsNotAnsweredKeepsNobodyWaiting() throws Exception {
    consumers.fit(List.of(WELL));
    await().until(() -> consumed.size() == Lane.values().length);
    for (Channel channel : opened) {
      doAnswer(
              call -> {
                cancelAnswer.await();
                throw new IOException("no answer within the limit");
              })
          .when(channel)
          .basicCancel(eq("tag"));
    }

    consumers.fit(List.of());

    cancelAnswer.countDown();
    for (Channel channel : opened) {
      await().untilAsserted(() -> verify(channel, atLeastOnce()).abort());
    }
  }

  @Test
  void anOldConsumerIsNotReplacedWhileItsPredecessorHoldsMessages() throws Exception {
    AccountConsumers renewing = consumers(Duration.ZERO);
    renewing.fit(List.of(WELL));
    await().until(() -> consumed.size() == Lane.values().length);

    renewing.fit(List.of(WELL));
    renewing.fit(List.of(WELL));
    renewing.fit(List.of(WELL));

    // The mocked channel never confirms the cancellation, so the first ones hold what they have.
    assertThat(opened).as("channels").hasSize(2 * Lane.values().length);
  }

  @Test
  void aLaneThatGetsNoChannelKeepsNoOtherWaiting() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    when(broker.openChannel())
        .thenAnswer(
            call -> {
              if (asked.getAndIncrement() == 0) {
                throw new IOException("no more channels");
              }
              return channel();
            });

    consumers.fit(List.of(WELL));

    await().until(() -> consumed.size() == Lane.values().length - 1);
  }

  @Test
  void aStopWhileAConsumerStartsLeavesNone() throws Exception {
    consumers.fit(List.of(STUCK));
    unanswered.await();

    consumers.stop(Duration.ofMillis(1));
    consumeAnswer.countDown();

    for (Channel channel : opened) {
      await().untilAsserted(() -> verify(channel, atLeastOnce()).abort());
    }
  }
}
