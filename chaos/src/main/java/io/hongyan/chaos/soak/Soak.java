package io.hongyan.chaos.soak;

import io.hongyan.chaos.audit.Audit;
import io.hongyan.chaos.audit.Baseline;
import io.hongyan.chaos.audit.Completion;
import io.hongyan.chaos.audit.QueueDepths;
import io.hongyan.chaos.audit.Verdict;
import io.hongyan.chaos.load.AcceptanceRecord;
import io.hongyan.chaos.load.AccountSettings;
import io.hongyan.chaos.load.Accounts;
import io.hongyan.chaos.load.BodyFormat;
import io.hongyan.chaos.load.ChaosAccount;
import io.hongyan.chaos.load.Recipients;
import io.hongyan.chaos.load.Submission;
import io.hongyan.chaos.load.Submitter;
import io.hongyan.chaos.stack.Stack;
import io.hongyan.chaos.stack.WeChat;
import io.hongyan.stack.Service;
import io.hongyan.stack.http.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * {@code ./hongyan soak}: a steady stream of messages for a long time, a random fault a minute, and
 * at the end nothing has grown and nothing is missing. The first gateway and the first sender are
 * never stopped, so that their curves are those of one process.
 */
public final class Soak {

  private static final int ACCOUNTS = 4;
  private static final Duration BATCH_EVERY = Duration.ofSeconds(5);
  private static final Duration FAULT_EVERY = Duration.ofMinutes(1);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(20);
  private static final Duration LATENCY = Duration.ofMillis(130);
  private static final Duration SUBMIT_LIMIT = Duration.ofMinutes(3);
  private static final Duration DONE_LIMIT = Duration.ofMinutes(5);
  private static final double REFUSED_BY_WECHAT = 0.01;

  private final Stack stack;
  private final Path jcmd;
  private final Duration time;
  private final int perSecond;
  private final long seed;
  private final WeChat wechat;
  private final Accounts accounts;
  private final Audit audit;
  private final List<String> failedFaults = new CopyOnWriteArrayList<>();
  private final Map<Service, List<Curve>> curves = new LinkedHashMap<>();
  private final Curve queued = new Curve("messages in queues", "", 1_000);

  /**
   * @param stack running, and used by nobody else
   * @param jcmd the JDK's program of that name
   * @param perSecond messages a second, all accounts together
   */
  public Soak(Stack stack, Path jcmd, Duration time, int perSecond, long seed) {
    this.stack = stack;
    this.jcmd = jcmd;
    this.time = time;
    this.perSecond = perSecond;
    this.seed = seed;
    this.wechat = new WeChat(stack.addresses().simulator());
    this.accounts = new Accounts(stack.addresses());
    this.audit = new Audit(stack.addresses());
    for (Service service : List.of(stack.gateways().getFirst(), stack.senders().getFirst())) {
      curves.put(
          service,
          List.of(
              new Curve(service.name() + ": live heap", "MB", 8),
              new Curve(service.name() + ": resident memory", "MB", 40),
              new Curve(service.name() + ": threads", "", 10),
              new Curve(service.name() + ": file handles", "", 30)));
    }
  }

  /** What it came to: lines of Markdown, and whether all was flat and clean. */
  public record Result(List<String> lines, boolean passed) {}

  public Result run() throws InterruptedException, ExecutionException {
    wechat.reset();
    wechat.setLatency(LATENCY, LATENCY);
    List<ChaosAccount> all = accounts.create("soak", ACCOUNTS, AccountSettings.DEFAULTS);
    Baseline baseline = audit.mark();
    AcceptanceRecord record = new AcceptanceRecord();
    Faults faults = new Faults(stack, wechat, new Random(seed));
    List<String> injected;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> submitting = threads.submit(() -> submit(record, all));
      Future<List<String>> breaking = threads.submit(() -> breakThings(faults));
      watch();
      submitting.get();
      injected = breaking.get();
    }
    stack.makeWhole();
    Completion completion = audit.awaitDone(record, DONE_LIMIT);
    Verdict verdict = audit.examine(record, baseline, Set.of("exhausted"));
    List<String> incidents = stack.takeIncidents();
    incidents.forEach(System.out::println);
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d minutes of %s, %d messages a second, %d faults (seed %d): %s."
            .formatted(
                time.toMinutes(), LocalDate.now(), perSecond, injected.size(), seed, verdict));
    lines.add("");
    lines.add("Faults, one a minute: " + String.join(", ", injected) + ".");
    lines.add("");
    lines.add("| | first third (median) | last third (median) | highest | |");
    lines.add("|---|---:|---:|---:|---|");
    List<Curve> shown = new ArrayList<>();
    curves.values().forEach(shown::addAll);
    shown.add(queued);
    shown.forEach(curve -> lines.add(curve.toLine()));
    lines.add("");
    lines.add(Curve.criterion());
    verdict.examples().forEach(System.out::println);
    return new Result(
        lines,
        completion.isDone()
            && failedFaults.isEmpty()
            && verdict.isClean()
            && incidents.isEmpty()
            && shown.stream().allMatch(Curve::isFlat));
  }

  private void submit(AcceptanceRecord record, List<ChaosAccount> all) {
    Submitter submitter = new Submitter(stack.addresses(), record);
    Random random = new Random(seed);
    int each = (int) (perSecond * BATCH_EVERY.toSeconds() / all.size());
    Deadline end = Deadline.in(time);
    for (int number = 1; !end.isOver(); number++) {
      Deadline next = Deadline.in(BATCH_EVERY);
      for (ChaosAccount account : all) {
        String prefix = "soak-%s-%d".formatted(account.id(), number);
        submitter.submit(
            Submission.of(
                account,
                Recipients.of(prefix, Math.max(1, each), REFUSED_BY_WECHAT, random),
                prefix,
                BodyFormat.any(random)),
            SUBMIT_LIMIT);
      }
      next.pause(BATCH_EVERY);
    }
  }

  private List<String> breakThings(Faults faults) throws Exception {
    List<String> injected = new ArrayList<>();
    Deadline end = Deadline.in(time.minus(FAULT_EVERY));
    Deadline.pass(FAULT_EVERY.dividedBy(2));
    while (!end.isOver()) {
      Deadline next = Deadline.in(FAULT_EVERY);
      String name = faults.next();
      try {
        faults.inject(name);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        // The soak goes on, and does not pass.
        name += " (went wrong: " + e + ")";
        failedFaults.add(name);
      }
      injected.add(name);
      System.out.printf("  minute %d: %s%n", end.waited().toMinutes() + 1, name);
      next.pause(FAULT_EVERY);
    }
    return injected;
  }

  private void watch() {
    QueueDepths depths = new QueueDepths(stack.addresses());
    Deadline end = Deadline.in(time);
    while (!end.isOver()) {
      Deadline next = Deadline.in(LOOK_EVERY);
      curves.forEach((service, those) -> note(Vitals.take(service, jcmd), those));
      queued.add(depths.fetch().values().stream().mapToInt(Integer::intValue).sum());
      next.pause(LOOK_EVERY);
    }
  }

  private static void note(Vitals vitals, List<Curve> those) {
    those.get(0).add(vitals.heapBytes() >> 20);
    those.get(1).add(vitals.residentBytes() >> 20);
    those.get(2).add(vitals.threads());
    those.get(3).add(vitals.files());
  }
}
