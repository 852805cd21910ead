package io.hongyan.demo;

import java.io.PrintStream;
import java.net.URI;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A database and a virtual host of the demo's own, so that it meets nobody's data and nobody
 * consumes its messages. Made before the services start and deleted after the demo.
 */
final class Workspace {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss").withZone(ZoneOffset.UTC);

  private final Stack stack;

  Workspace(Stack stack) {
    this.stack = stack;
  }

  /** Makes both and writes where they are, as NAME=value lines for the launcher. */
  void create(PrintStream out, Clock clock) {
    String name =
        "hongyan_demo_%s_%04x"
            .formatted(STAMP.format(clock.instant()), ThreadLocalRandom.current().nextInt(0x10000));
    Database database = stack.database().create(name);
    out.println("DEMO_WORKSPACE=" + name);
    out.println("HONGYAN_DATABASE_URL=" + database.url());
    stack
        .management()
        .ifPresent(
            broker -> {
              broker.put("/api/vhosts/" + name);
              out.println("HONGYAN_RABBITMQ_URL=" + inVirtualHost(stack.rabbitmq(), name));
            });
  }

  /** Deletes what {@link #create} made; what is gone already does not matter. */
  void delete() {
    String name = stack.required("DEMO_WORKSPACE");
    stack
        .management()
        .filter(broker -> broker.exists("/api/vhosts/" + name))
        .ifPresent(broker -> broker.delete("/api/vhosts/" + name));
    stack.database().drop(name);
  }

  private static String inVirtualHost(URI broker, String name) {
    return "%s://%s@%s:%d/%s"
        .formatted(
            broker.getScheme(), broker.getRawUserInfo(), broker.getHost(), broker.getPort(), name);
  }
}
