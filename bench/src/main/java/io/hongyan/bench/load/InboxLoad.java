package io.hongyan.bench.load;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.hongyan.bench.stack.BenchStack;
import io.hongyan.stack.http.Deadline;
import io.hongyan.stack.http.HttpCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a company does with the in-app inbox: announcements, people who open it, and events of
 * people who show up. People are {@code u-1}, {@code u-2} and so on.
 */
public final class InboxLoad implements AutoCloseable {

  private static final String QUEUE = "hongyan.user-active";
  private static final String BODY =
      "From Monday on we ship by noon. ".repeat(16); // half a kilobyte
  private static final Duration POLL = Duration.ofMillis(50);

  private final BenchStack stack;
  private final String account;
  private final Connection connection;
  private final Channel channel;

  public InboxLoad(BenchStack stack, String account) {
    this.stack = stack;
    this.account = account;
    try {
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(URI.create(stack.environment().getOrDefault("HONGYAN_RABBITMQ_URL", "")));
      connection = factory.newConnection("bench-inbox");
      channel = connection.createChannel();
    } catch (IOException | TimeoutException | GeneralSecurityException | URISyntaxException e) {
      throw new IllegalStateException("no connection to the broker", e);
    }
  }

  /** Publishes an announcement for all; how many milliseconds it took. */
  public double publish(String title) {
    String body =
        JsonMapper.shared()
            .createObjectNode()
            .put("account", account)
            .put("title", title)
            .put("body", BODY)
            .set("audience", JsonMapper.shared().createObjectNode().put("all", true))
            .toString();
    HttpCalls admin = stack.admin();
    long begun = System.nanoTime();
    try {
      admin.call("POST", "/v1/inbox/announcements", body).expectingSuccess();
    } catch (IOException e) {
      throw new UncheckedIOException("the announcement was not answered", e);
    }
    return (System.nanoTime() - begun) / 1e6;
  }

  /** A person opens the inbox. */
  public void open(int person) throws IOException {
    stack.admin().get("/v1/inbox/users/%s/conversations".formatted(uid(person))).expectingSuccess();
  }

  /** A person shows up: an event, not confirmed, as a busy service sends it. */
  public synchronized void showUp(int person) throws IOException {
    channel.basicPublish(
        "",
        QUEUE,
        new BasicProperties.Builder().deliveryMode(2).build(),
        "{\"uid\":\"%s\"}".formatted(uid(person)).getBytes(StandardCharsets.UTF_8));
  }

  /** Events that wait in the queue. */
  public synchronized long waiting() {
    try {
      return channel.messageCount(QUEUE);
    } catch (IOException e) {
      throw new UncheckedIOException("the broker does not answer", e);
    }
  }

  /** Waits until no event waits in the queue. */
  public void awaitTaken(Duration limit) {
    Deadline deadline = Deadline.in(limit);
    while (waiting() > 0) {
      if (deadline.isOver()) {
        throw new IllegalStateException("%d events wait after %s".formatted(waiting(), limit));
      }
      deadline.pause(POLL);
    }
  }

  /** Waits until the gateway has looked at so many people since it started. */
  public void awaitLookedAt(double people, Duration limit) {
    Deadline deadline = Deadline.in(limit);
    while (lookedAt() < people) {
      if (deadline.isOver()) {
        throw new IllegalStateException(
            "%.0f of %.0f people looked at after %s".formatted(lookedAt(), people, limit));
      }
      deadline.pause(POLL);
    }
  }

  /** People that the gateway has looked at since it started. */
  public double lookedAt() {
    return meter("hongyan_inbox_shown_up_total", "");
  }

  /** Syncs since the gateway started that took no longer than this. */
  public double syncsWithin(Duration time) {
    return meter(
        "hongyan_inbox_sync_seconds_bucket",
        "le=\"%s\"".formatted(Double.toString(time.toMillis() / 1_000.0)));
  }

  /** Syncs since the gateway started. */
  public double syncs() {
    return meter("hongyan_inbox_sync_seconds_count", "");
  }

  /** The sum of a meter's lines that have the label. */
  private double meter(String name, String label) {
    try {
      return stack
          .admin()
          .get("/actuator/prometheus")
          .expectingSuccess()
          .text()
          .lines()
          .filter(line -> line.startsWith(name) && line.contains(label))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException("the gateway does not answer", e);
    }
  }

  /** How the person is called. */
  public static String uid(int person) {
    return "u-" + person;
  }

  @Override
  public void close() {
    connection.abort();
  }
}
