package io.hongyan.gateway.callback;

import com.github.f4b6a3.tsid.TsidCreator;
import io.hongyan.common.callback.InboundRecord;
import io.hongyan.gateway.callback.KeptReply.Result;
import io.hongyan.gateway.callback.MessageHandler.Handled;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the handler for a message and notes what came of it. Thread-safe. */
final class HandlerRuns {

  private static final Logger log = LoggerFactory.getLogger(HandlerRuns.class);
  private static final Duration BEFORE_NEXT_TRY = Duration.ofMillis(500);

  private final MessageHandler handler;
  private final Function<InboundRecord, CompletableFuture<Void>> queue;
  private final ReplyProperties properties;
  private final String gateway;
  private final MeterRegistry meters;

  /**
   * @param queue {@link CallbackQueue#publish(InboundRecord)}
   * @param gateway name of this instance
   */
  HandlerRuns(
      MessageHandler handler,
      Function<InboundRecord, CompletableFuture<Void>> queue,
      ReplyProperties properties,
      String gateway,
      MeterRegistry meters) {
    this.handler = handler;
    this.queue = queue;
    this.properties = properties;
    this.gateway = gateway;
    this.meters = meters;
  }

  /**
   * Runs it in this thread. Never fails but by interruption, when this gateway stops.
   *
   * @param receivedAt when the first request for the message came here
   */
  KeptReply run(WeChatMessage message, Instant receivedAt) throws InterruptedException {
    long began = System.nanoTime();
    Handled handled = handle(message);
    InboundRecord inbound =
        inbound(message, receivedAt, handled, Duration.ofNanos(System.nanoTime() - began));
    meters
        .counter("hongyan.callback.messages", "result", handled.reply().result().text())
        .increment();
    if (message.changesFollower()) {
      publishAndWait(inbound, began);
    } else {
      publish(inbound);
    }
    return handled.reply();
  }

  private Handled handle(WeChatMessage message) throws InterruptedException {
    try {
      return handler.handle(message);
    } catch (RuntimeException e) {
      log.error(
          "handler failed, nothing is answered account={} type={}",
          message.account(),
          message.type(),
          e);
      return new Handled("none", new KeptReply(Result.FAILED, null));
    }
  }

  private InboundRecord inbound(
      WeChatMessage message, Instant receivedAt, Handled handled, Duration took) {
    return new InboundRecord(
        TsidCreator.getTsid().toLong(),
        receivedAt,
        message.account(),
        message.fromUser(),
        message.type(),
        message.event(),
        message.eventKey(),
        message.msgId(),
        message.createTime(),
        message.body(),
        handled.handler(),
        handled.reply().replyJson(),
        handled.reply().result().text(),
        (int) took.toMillis(),
        gateway);
  }

  private void publish(InboundRecord inbound) {
    var unused =
        queue
            .apply(inbound)
            .exceptionally(
                failure -> {
                  notLogged(inbound, failure);
                  return null;
                });
  }

  /** What it changes must not be lost, so WeChat is left to ask again until it is safe. */
  private void publishAndWait(InboundRecord inbound, long began) throws InterruptedException {
    long end = began + properties.allTries().toNanos();
    while (true) {
      try {
        queue.apply(inbound).get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        return;
      } catch (TimeoutException e) {
        // WeChat asks no more; the queue still has it.
        return;
      } catch (ExecutionException e) {
        if (System.nanoTime() + BEFORE_NEXT_TRY.toNanos() - end >= 0) {
          notLogged(inbound, e);
          return;
        }
        Thread.sleep(BEFORE_NEXT_TRY);
      }
    }
  }

  private void notLogged(InboundRecord inbound, Throwable failure) {
    meters.counter("hongyan.callback.unlogged").increment();
    log.error(
        "message or event not logged account={} type={} event={} cause={}",
        inbound.account(),
        inbound.type(),
        inbound.event(),
        failure.toString());
  }
}
