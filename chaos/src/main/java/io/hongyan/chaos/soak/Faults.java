package io.hongyan.chaos.soak;

import io.hongyan.chaos.stack.Stack;
import io.hongyan.chaos.stack.WeChat;
import io.hongyan.network.FaultyProxy;
import io.hongyan.stack.Service;
import io.hongyan.stack.http.Deadline;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** Short faults for a soak, each broken and mended within seconds. */
final class Faults {

  private static final Duration STOP_LIMIT = Stack.DRAIN_LIMIT.plusSeconds(20);

  private final Map<String, Fault> faults = new LinkedHashMap<>();
  private final Random random;

  Faults(Stack stack, WeChat wechat, Random random) {
    this.random = random;
    Service gateway = stack.gateways().getLast();
    Service sender = stack.senders().getLast();
    faults.put("sender killed", () -> killAndStart(sender));
    faults.put("gateway killed", () -> killAndStart(gateway));
    faults.put(
        "sender stopped",
        () -> {
          sender.process().stop(STOP_LIMIT);
          sender.start();
        });
    faults.put(
        "RabbitMQ's leader killed",
        () -> {
          stack.rabbit().leader().process().kill();
          last();
          stack.rabbit().start();
          stack.rabbit().awaitWhole();
        });
    faults.put("Redis flushed", () -> stack.redis().flush());
    faults.put(
        "Redis killed",
        () -> {
          stack.redis().process().kill();
          last();
          stack.redis().startAndAwait();
        });
    faults.put(
        "PostgreSQL killed",
        () -> {
          stack.postgres().process().kill();
          last();
          stack.postgres().startAndAwait();
        });
    faults.put("network to RabbitMQ stalled", () -> stall(stack.brokerLinks()));
    faults.put("network to WeChat stalled", () -> stall(List.of(stack.wechatLink())));
    faults.put("connections to WeChat reset", () -> stack.wechatLink().reset());
    faults.put("WeChat busy (-1)", () -> wechat.refuse(-1, 50));
    faults.put("40001", () -> wechat.refuse(40001, 2));
    faults.put("replies lost", () -> wechat.loseReplies(20));
    faults.put("502 after accepting", () -> wechat.answerStatus(502, true, 20));
  }

  /** Breaks and mends. */
  private interface Fault {
    void inject() throws Exception;
  }

  /** The name of any of them. */
  String next() {
    List<String> names = List.copyOf(faults.keySet());
    return names.get(random.nextInt(names.size()));
  }

  /** Breaks and mends; returns when it is on its way back. */
  void inject(String name) throws Exception {
    Objects.requireNonNull(faults.get(name), name).inject();
  }

  private void killAndStart(Service service) {
    service.process().kill();
    last();
    service.start();
  }

  private void stall(List<FaultyProxy> links) {
    links.forEach(FaultyProxy::stall);
    last();
    links.forEach(FaultyProxy::restore);
  }

  private void last() {
    Duration duration = Duration.ofMillis(500 + random.nextInt(4_000));
    Deadline.pass(duration);
  }
}
