package io.hongyan.chaos.scenario;

import io.hongyan.chaos.stack.Stack;
import io.hongyan.network.FaultyProxy;
import io.hongyan.stack.RabbitNode;
import io.hongyan.stack.Service;
import io.hongyan.stack.process.OwnProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Every scenario of the suite. Clock steps are not among them: all times of a decision come from
 * one clock each, and a machine whose clock jumps by minutes is out of scope.
 */
public final class Scenarios {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int UNCONFIRMED_AT_MOST = 3;
  private static final Duration LONGER_THAN_WECHAT_DROPS_REPEATS =
      Stack.WECHAT_DROPS_REPEATS.plusSeconds(3);

  private Scenarios() {}

  /** In the order in which they run. */
  public static List<Scenario> all() {
    return Stream.of(processes(), brokers(), stores(), networks(), wechat(), operations())
        .flatMap(List::stream)
        .toList();
  }

  /** The scenario of that name; fails if there is none. */
  public static Scenario named(String name) {
    return all().stream()
        .filter(scenario -> scenario.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no scenario " + name));
  }

  private static List<Scenario> processes() {
    return List.of(
        Scenario.of(
            "sender-killed",
            "kill -9 of one sender, then of another",
            Tolerance.LOST_ANSWERS,
            round -> {
              round.awaitAccepted(5, 40);
              Service first = round.anyOf(round.stack().senders());
              round.killAndRestart(first);
              round.awaitAccepted(42, 70);
              round.killAndRestart(round.anyOther(round.stack().senders(), first));
            }),
        Scenario.of(
            "senders-killed",
            "kill -9 of all senders at once; every third time away for longer than WeChat drops repeats",
            Tolerance.LOST_ANSWERS,
            round -> {
              round.awaitAccepted(10, 70);
              OwnProcess.killAll(round.stack().senders().stream().map(Service::process).toList());
              if (round.number() % 3 == 0) {
                round.last(LONGER_THAN_WECHAT_DROPS_REPEATS);
              }
              round.stack().senders().forEach(Service::start);
            }),
        Scenario.of(
                "gateway-killed-in-intake",
                "kill -9 of a gateway while it reads uploads",
                Tolerance.COPIES,
                round -> {
                  round.awaitUploaded(round.between(2, 8));
                  round.killAndRestart(
                      round.stack().gateways().stream()
                          .filter(gateway -> round.uploads().isReadBy(gateway.uri()))
                          .findFirst()
                          .orElseThrow());
                })
            .with(Traffic.USUAL.uploadedSlowly())
            .provenBy(Round::wasAnUploadRepeated),
        Scenario.of(
                "gateway-killed-in-release",
                "kill -9 of one gateway, then of the other, while they release",
                Tolerance.COPIES,
                round -> {
                  round.awaitAccepted(2, 40);
                  Service first = round.anyOf(round.stack().gateways());
                  round.killAndRestart(first);
                  round.awaitAccepted(42, 70);
                  round.killAndRestart(round.anyOther(round.stack().gateways(), first));
                })
            .with(Traffic.USUAL.releasedSlowly()));
  }

  private static List<Scenario> brokers() {
    return List.of(
        Scenario.of(
                "broker-leader-killed",
                "kill -9 of the RabbitMQ node that leads the queues, then of a second one (no quorum), and back",
                Tolerance.LATE_RECORDS,
                round -> {
                  round.awaitAccepted(5, 50);
                  RabbitNode leader = round.stack().rabbit().leader();
                  leader.process().kill();
                  round.last(Duration.ofSeconds(1), Duration.ofSeconds(4));
                  round.anyOther(round.stack().rabbit().nodes(), leader).process().kill();
                  round.last(Duration.ofSeconds(1), Duration.ofSeconds(5));
                  round.stack().rabbit().start();
                })
            .with(Traffic.USUAL.releasedSlowly()),
        Scenario.of(
                "cluster-stopped",
                "all RabbitMQ nodes stopped for a minute",
                Tolerance.LATE_RECORDS,
                round -> {
                  round.awaitAccepted(5, 60);
                  round.stack().rabbit().stop();
                  round.last(MINUTE);
                  round.stack().rabbit().start();
                })
            .with(Traffic.USUAL.releasedSlowly()));
  }

  private static List<Scenario> stores() {
    return List.of(
        Scenario.of(
                "redis-flushed",
                "Redis flushed in mid-run, later killed and started empty",
                Tolerance.NONE,
                round -> {
                  round.awaitAccepted(5, 35);
                  round.stack().redis().flush();
                  round.awaitAccepted(37, 70);
                  round.stack().redis().process().kill();
                  round.last(Duration.ofMillis(200), Duration.ofSeconds(6));
                  round.stack().redis().startAndAwait();
                })
            .provenBy(round -> round.wechat().tokenFetches() > 0),
        Scenario.of(
            "database-stopped",
            "PostgreSQL stopped for a minute",
            Tolerance.LATE_RECORDS,
            round -> {
              round.awaitAccepted(5, 60);
              round.stack().postgres().stop();
              round.last(MINUTE);
              round.stack().postgres().startAndAwait();
            }),
        Scenario.of(
            "database-killed",
            "kill -9 of PostgreSQL, twice, crash recovery",
            Tolerance.LATE_RECORDS,
            round -> {
              for (int percent : List.of(5, 45)) {
                round.awaitAccepted(percent, percent + 30);
                round.stack().postgres().process().kill();
                round.last(Duration.ZERO, Duration.ofSeconds(3));
                round.stack().postgres().startAndAwait();
              }
            }));
  }

  private static List<Scenario> networks() {
    return List.of(
        Scenario.of(
                "broker-network",
                "network between senders and RabbitMQ stalls, is cut and resets connections",
                Tolerance.LATE_RECORDS,
                round -> misbehave(round, round.stack().brokerLinks(), Duration.ofSeconds(12)))
            .with(Traffic.USUAL.releasedSlowly()),
        Scenario.of(
            "wechat-network",
            "network between senders and WeChat stalls, is cut and resets connections",
            Tolerance.LOST_ANSWERS.withExhausted(2),
            round ->
                misbehave(
                    round,
                    List.of(round.stack().wechatLink()),
                    Stack.WECHAT_TIMEOUT.plusSeconds(2))));
  }

  /** Stall, cut and reset, in random order, one after the other. */
  private static void misbehave(Round round, List<FaultyProxy> links, Duration longestStall) {
    List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
    Collections.shuffle(order, new Random(round.random().nextLong()));
    round.awaitAccepted(5, 30);
    for (int kind : order) {
      switch (kind) {
        case 0 -> {
          links.forEach(FaultyProxy::stall);
          round.last(Duration.ofSeconds(1), longestStall);
        }
        case 1 -> {
          links.forEach(FaultyProxy::cut);
          round.last(Duration.ofMillis(100), Duration.ofSeconds(3));
        }
        default -> links.forEach(FaultyProxy::reset);
      }
      links.forEach(FaultyProxy::restore);
      round.last(Duration.ofMillis(300), Duration.ofSeconds(1));
    }
  }

  private static List<Scenario> wechat() {
    return List.of(
        Scenario.of(
                "wechat-busy",
                "WeChat answers -1 in bursts",
                Tolerance.NONE.withExhausted(2),
                round -> {
                  for (int burst = 0; burst < 3; burst++) {
                    round.awaitAccepted(5 + 20 * burst, 20 + 20 * burst);
                    round.wechat().refuse(-1, round.between(20, 60));
                  }
                })
            .slowingDown()
            .provenBy(round -> round.wechat().rejected(-1) > 0),
        Scenario.of(
                "daily-quota",
                "45009: the day's quota is used up, then raised by a person; before that, 45009 that the counter does not confirm",
                Tolerance.NONE,
                round -> {
                  round.awaitAccepted(5, 20);
                  round.wechat().refuse(45009, round.between(1, UNCONFIRMED_AT_MOST));
                  round.awaitAccepted(22, 60);
                  round.wechat().setDailyLimit(1);
                  round.last(Duration.ofSeconds(2), Duration.ofSeconds(4));
                  round.wechat().setDailyLimit(10_000_000);
                  round.allAccounts().forEach(round.accounts()::resume);
                })
            .provenBy(round -> round.wechat().rejected(45009) > UNCONFIRMED_AT_MOST),
        Scenario.of(
                "minute-quota",
                "45011: the minute's quota is used up",
                Tolerance.NONE,
                round -> {
                  round.awaitAccepted(5, 60);
                  round.wechat().refuse(45011, round.between(1, 3));
                })
            .slowingDown()
            .provenBy(round -> round.wechat().rejected(45011) > 0),
        Scenario.of(
                "token-storm",
                "40001 storms: valid tokens are refused",
                Tolerance.NONE,
                round -> {
                  for (int storm = 0; storm < 3; storm++) {
                    round.awaitAccepted(5 + 20 * storm, 20 + 20 * storm);
                    round.wechat().refuse(40001, round.between(1, 40));
                  }
                })
            .provenBy(round -> round.wechat().rejected(40001) > 0),
        Scenario.of(
                "late-answers",
                "WeChat accepts and answers after the sender has given up",
                Tolerance.LOST_ANSWERS,
                round -> {
                  round.awaitAccepted(5, 50);
                  round
                      .wechat()
                      .acceptTooLate(Stack.WECHAT_TIMEOUT.plusSeconds(1), round.between(10, 100));
                })
            .provenBy(round -> round.wechat().suppressed() > 0),
        Scenario.of(
                "lost-replies",
                "WeChat accepts, then the connection breaks",
                Tolerance.LOST_ANSWERS,
                round -> {
                  round.awaitAccepted(5, 50);
                  round.wechat().loseReplies(round.between(10, 150));
                })
            .provenBy(round -> round.wechat().suppressed() > 0),
        Scenario.of(
                "bad-gateway",
                "502 and 504 after WeChat has accepted, 503 before",
                Tolerance.LOST_ANSWERS.withExhausted(2),
                round -> {
                  round.awaitAccepted(5, 30);
                  round.wechat().answerStatus(502, true, round.between(5, 60));
                  round.awaitAccepted(35, 50);
                  round.wechat().answerStatus(504, true, round.between(5, 60));
                  round.awaitAccepted(55, 70);
                  round.wechat().answerStatus(503, false, round.between(5, 60));
                })
            .provenBy(round -> round.wechat().suppressed() > 0));
  }

  private static List<Scenario> operations() {
    return List.of(
        Scenario.of(
                "log-disk-full",
                "the disk under the services' logs is full",
                Tolerance.NONE,
                round -> {
                  round.awaitAccepted(5, 40);
                  round.stack().logDisk().fill();
                  round.awaitAccepted(60, 80);
                  round.stack().logDisk().free();
                })
            .onSmallLogDisk(),
        Scenario.of(
                "rolling-restart",
                "every gateway and sender restarted one by one, SIGTERM",
                Tolerance.NONE,
                round -> {
                  round.awaitAccepted(2, 10);
                  for (Service service : round.stack().services()) {
                    service.process().stop(Stack.DRAIN_LIMIT.plusSeconds(20));
                    service.start();
                    service.awaitHealthy();
                  }
                })
            .with(Traffic.USUAL.goingOn()),
        Scenario.of(
                "servers-restarted",
                "every RabbitMQ node, Redis and PostgreSQL restarted one by one, SIGTERM",
                Tolerance.LATE_RECORDS,
                round -> {
                  round.awaitAccepted(2, 10);
                  for (RabbitNode node : round.stack().rabbit().nodes()) {
                    node.process().stop(MINUTE);
                    round.stack().rabbit().start();
                    round.stack().rabbit().awaitWhole();
                  }
                  round.stack().redis().process().stop(MINUTE);
                  round.stack().redis().startAndAwait();
                  round.stack().postgres().stop();
                  round.stack().postgres().startAndAwait();
                })
            .with(Traffic.USUAL.goingOn()),
        Scenario.of(
            "sender-stopped",
            "SIGTERM of a sender, then of all, in mid-flight: what was called for is recorded, and nothing is asked twice",
            Tolerance.NONE,
            round -> {
              round.awaitAccepted(5, 40);
              Service one = round.anyOf(round.stack().senders());
              one.process().stop(Stack.DRAIN_LIMIT.plusSeconds(5));
              one.start();
              round.awaitAccepted(42, 70);
              List<OwnProcess> all =
                  round.stack().senders().stream()
                      .map(Service::process)
                      .filter(OwnProcess::isRunning)
                      .toList();
              all.forEach(OwnProcess::terminate);
              for (OwnProcess process : all) {
                process.stop(Stack.DRAIN_LIMIT.plusSeconds(5));
              }
              round.stack().senders().forEach(Service::start);
            }));
  }
}
