package io.hongyan.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Samples of a profile by whose code ran: of each stack, the frame nearest to its top that belongs
 * to a library or to the product counts, so the JDK's own frames are their callers'.
 */
public final class StackShares {

  /** Beginnings of class names, as collapsed stacks have them; the first that fits counts. */
  private static final Map<String, List<String>> OWNERS = new LinkedHashMap<>();

  private static final String JDK = "the JDK by itself: virtual threads, locks, timers";
  private static final String JVM = "JIT compiler, garbage collector, other JVM threads";

  static {
    OWNERS.put("Apache HttpClient", List.of("org/apache/hc/"));
    OWNERS.put("RabbitMQ's client", List.of("com/rabbitmq/"));
    OWNERS.put("PostgreSQL's driver", List.of("org/postgresql/"));
    OWNERS.put("HikariCP, MyBatis", List.of("com/zaxxer/", "org/apache/ibatis/", "org/mybatis/"));
    OWNERS.put("Jackson", List.of("tools/jackson/", "com/fasterxml/"));
    OWNERS.put("Jedis", List.of("redis/clients/", "org/apache/commons/pool2/"));
    OWNERS.put(
        "Tomcat", List.of("org/apache/tomcat/", "org/apache/coyote/", "org/apache/catalina/"));
    OWNERS.put("Spring", List.of("org/springframework/"));
    OWNERS.put("Hongyan's own code", List.of("io/hongyan/"));
  }

  private final Map<String, Long> samples = new LinkedHashMap<>();
  private long all;

  /** Of the lines of the profiler's text, see {@link CollapsedStack}. */
  public static StackShares of(List<String> collapsed) {
    StackShares shares = new StackShares();
    CollapsedStack.read(collapsed)
        .forEach(stack -> shares.add(owner(stack.frames()), stack.samples()));
    return shares;
  }

  private void add(String owner, long count) {
    samples.merge(owner, count, Long::sum);
    all += count;
  }

  private static String owner(List<String> frames) {
    boolean java = false;
    for (String frame : frames.reversed()) {
      for (Map.Entry<String, List<String>> owner : OWNERS.entrySet()) {
        if (owner.getValue().stream().anyMatch(frame::startsWith)) {
          return owner.getKey();
        }
      }
      java |= frame.indexOf('/') > 0;
    }
    return java ? JDK : JVM;
  }

  /** Percent of all samples, the largest first. */
  public Map<String, Double> percent() {
    List<Map.Entry<String, Long>> sorted = new ArrayList<>(samples.entrySet());
    sorted.sort(Map.Entry.<String, Long>comparingByValue().reversed());
    Map<String, Double> percent = new LinkedHashMap<>();
    sorted.forEach(entry -> percent.put(entry.getKey(), 100.0 * entry.getValue() / all));
    return percent;
  }
}
