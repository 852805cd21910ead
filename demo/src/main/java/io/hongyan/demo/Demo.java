package io.hongyan.demo;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The launcher's client, one command a call: {@code prepare}, {@code seed}, {@code run}, {@code
 * discard}, {@code doctor}. What it needs to know stands in the environment, as arguments can be
 * read by everybody on the machine. Exits with 1 and one line on standard error when something is
 * wrong.
 */
public final class Demo {

  private static final int ORDERS = 10_000;

  // About what WeChat takes, so that the demo shows the sender waiting and not only working; and a
  // few people who refuse the account's messages, of which only receipts tell.
  private static final Map<String, Number> LIKE_WECHAT =
      Map.of("latencyMs", 130, "jitterMs", 40, "userBlockShare", 0.001);

  private final Stack stack;
  private final PrintStream out;

  private Demo(Stack stack, PrintStream out) {
    this.stack = stack;
    this.out = out;
  }

  public static void main(String[] arguments) {
    boolean fine;
    try {
      fine = new Demo(new Stack(System.getenv()), System.out).execute(List.of(arguments));
    } catch (DemoFailure e) {
      System.err.println("hongyan: " + e.getMessage());
      fine = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fine = false;
    }
    System.exit(fine ? 0 : 1);
  }

  private boolean execute(List<String> arguments) throws InterruptedException {
    String command = argument(arguments, 0);
    switch (command) {
      case "prepare" -> new Workspace(stack).create(out, Clock.systemUTC());
      case "discard" -> new Workspace(stack).delete();
      case "seed" -> new Seeder(stack).seed(argument(arguments, 1).equals("yes"));
      case "run" -> {
        return run(Path.of(argument(arguments, 1)));
      }
      case "doctor" -> {
        return new Doctor(stack.senders(), out).examine(argument(arguments, 1));
      }
      default -> throw new DemoFailure("there is no command " + command);
    }
    return true;
  }

  private boolean run(Path orders) throws InterruptedException {
    JsonClient gateway = stack.gateway();
    JsonClient simulator = stack.simulator();
    if (!Files.exists(orders)) {
      OrdersFile.write(orders, ORDERS);
    }
    simulator.put("/_sim/settings", LIKE_WECHAT);
    new Callback(stack).connect(DemoAccount.ALL.getFirst());
    BatchRun batch = new BatchRun(gateway, new ProgressLine(out, stack.onTerminal()));
    long started = System.nanoTime();
    JsonNode answer = batch.submit(orders);
    String batchId = answer.path("batchId").asString("");
    out.printf(
        "submitted %s: batch %s, %,d recipients accepted, %,d refused%n",
        orders, batchId, answer.path("total").asLong(), answer.path("rejected").asLong());
    batch.follow(batchId);
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    BatchProgress progress = batch.awaitReceipts(batchId);
    new Summary(gateway, out).print(batchId, progress, took);
    return new Audit(stack.database(), simulator, out).holds(batchId, progress);
  }

  private static String argument(List<String> arguments, int place) {
    if (place >= arguments.size()) {
      throw new DemoFailure("an argument is missing; run this through ./hongyan");
    }
    return arguments.get(place);
  }
}
