package io.hongyan.chaos.scenario;

import io.hongyan.chaos.audit.Audit;
import io.hongyan.chaos.audit.Baseline;
import io.hongyan.chaos.audit.Completion;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Plays rounds on one stack: messages flow, something breaks and is mended, all is audited. */
public final class RoundRunner {

  private static final int ACCOUNTS = 4;
  private static final int WARM_UP_MESSAGES = 200;
  private static final Duration LATENCY = Duration.ofMillis(100);
  private static final Duration JITTER = Duration.ofMillis(200);
  private static final Duration DONE_LIMIT = Duration.ofMinutes(4);

  private final Stack stack;
  private final WeChat wechat;
  private final Accounts accounts;
  private final Audit audit;
  private final Duration doneLimit;
  private int played;

  /**
   * @param stack running
   */
  public RoundRunner(Stack stack) {
    this(stack, DONE_LIMIT);
  }

  /**
   * @param doneLimit batches that are not over so long after the fault never will be
   */
  public RoundRunner(Stack stack, Duration doneLimit) {
    this.doneLimit = doneLimit;
    this.stack = stack;
    this.wechat = new WeChat(stack.addresses().simulator());
    this.accounts = new Accounts(stack.addresses());
    this.audit = new Audit(stack.addresses());
  }

  /**
   * Sends some messages through a stack that has just started: code that nobody has run yet can be
   * slow enough to look like a fault. Fails if they do not get through.
   */
  public void warmUp() {
    wechat.reset();
    AcceptanceRecord record = new AcceptanceRecord();
    Submitter submitter = new Submitter(stack.addresses(), record);
    Random random = new Random(0);
    for (ChaosAccount account : accounts.create("warm-up", ACCOUNTS, AccountSettings.DEFAULTS)) {
      for (BodyFormat format : BodyFormat.values()) {
        String prefix = account.id() + "-" + format;
        submitter.submit(
            Submission.of(
                account, Recipients.of(prefix, WARM_UP_MESSAGES, 0, random), prefix, format),
            doneLimit);
      }
    }
    Completion completion = audit.awaitDone(record, doneLimit);
    if (!completion.isDone()) {
      throw new IllegalStateException("the stack sends nothing: " + completion);
    }
  }

  /**
   * Plays one round and audits it.
   *
   * @param number from 1, within the scenario
   * @param messages recipients in all batches together
   * @param seed decides the batches, and when and whom the fault hits
   * @throws RuntimeException where the stack does not come back, so that nothing can be audited
   */
  public RoundOutcome play(Scenario scenario, int number, int messages, long seed)
      throws InterruptedException {
    Random random = new Random(seed);
    stack.makeWhole();
    wechat.reset();
    wechat.setLatency(LATENCY, JITTER);
    // What WeChat's limits have slowed down speeds up over minutes: not the next round's business.
    String accountPrefix = scenario.slowsDown() ? "slow-" + played : "chaos";
    List<ChaosAccount> all = accounts.create(accountPrefix, ACCOUNTS, settings(scenario, messages));
    all.forEach(accounts::resume);
    Baseline baseline = audit.mark();
    AcceptanceRecord record = new AcceptanceRecord();
    Uploads uploads = new Uploads(scenario.traffic().slowUploads());
    Workload workload =
        new Workload(scenario.traffic(), new Submitter(stack.addresses(), record), uploads);
    Round round =
        new Round(number, messages, stack, wechat, accounts, all, uploads, record, random);
    List<String> problems = new ArrayList<>();

    Instant mendedAt = breakWhile(workload, scenario, round, "r" + ++played, problems);
    Completion completion = audit.awaitDone(record, doneLimit);
    Duration recovery = Duration.between(mendedAt, Instant.now());
    if (!completion.isDone()) {
      problems.add("not all batches are over after %s: %s".formatted(doneLimit, completion));
    }
    stack.makeWhole();
    Verdict verdict = audit.examine(record, baseline, scenario.tolerance().failures());
    problems.addAll(stack.takeIncidents());
    problems.addAll(beyond(scenario.tolerance(), verdict));
    if (verdict.messages() < messages) {
      problems.add("%d of %d messages were submitted".formatted(verdict.messages(), messages));
    }
    if (!scenario.hit().test(round)) {
      problems.add("the fault met no message, so that the round shows nothing");
    }
    return new RoundOutcome(verdict, recovery, problems);
  }

  /** Lets messages flow while the fault is injected; returns when it was over. */
  private static Instant breakWhile(
      Workload workload, Scenario scenario, Round round, String prefix, List<String> problems)
      throws InterruptedException {
    Random ofWorkload = new Random(round.random().nextLong());
    AtomicBoolean mended = new AtomicBoolean();
    Instant mendedAt;
    try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> submitted =
          thread.submit(
              () -> {
                workload.submit(
                    prefix, round.messages(), round.allAccounts(), ofWorkload, mended::get);
                return null;
              });
      try {
        scenario.injection().into(round);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        problems.add("the fault went wrong: " + e);
      }
      mendedAt = Instant.now();
      mended.set(true);
      submitted.get();
    } catch (ExecutionException e) {
      problems.add("not every batch was taken: " + e.getCause());
      mendedAt = Instant.now();
    }
    return mendedAt;
  }

  private static List<String> beyond(Tolerance tolerance, Verdict verdict) {
    List<String> problems = new ArrayList<>();
    if (!tolerance.askingTwice() && verdict.suppressed() > 0) {
      problems.add(
          "WeChat was asked again for %d messages that it had accepted, and no answer had been lost"
              .formatted(verdict.suppressed()));
    }
    if (verdict.tolerated() * 100 > verdict.messages() * tolerance.failedPercent()) {
      problems.add(
          "%d messages failed as %s, and the fault explains %d %% at most"
              .formatted(verdict.tolerated(), tolerance.failures(), tolerance.failedPercent()));
    }
    if (verdict.uncertain() * 100 > verdict.messages() * tolerance.uncertainPercent()) {
      problems.add(
          "%d messages are uncertain, and the fault explains %d %% at most"
              .formatted(verdict.uncertain(), tolerance.uncertainPercent()));
    }
    return problems;
  }

  private static AccountSettings settings(Scenario scenario, int messages) {
    return scenario.traffic().slowRelease()
        ? AccountSettings.DEFAULTS
        : AccountSettings.rate(scenario.traffic().rateFor(messages / ACCOUNTS));
  }
}
