package io.hongyan.chaos.scenario;

import io.hongyan.chaos.audit.Audit;
import io.hongyan.chaos.audit.Baseline;
import io.hongyan.chaos.audit.Completion;
import io.hongyan.chaos.audit.Verdict;
import io.hongyan.chaos.load.AcceptanceRecord;
import io.hongyan.chaos.load.AccountSettings;
import io.hongyan.chaos.load.Accounts;
import io.hongyan.chaos.load.ChaosAccount;
import io.hongyan.chaos.load.Submitter;
import io.hongyan.chaos.stack.Stack;
import io.hongyan.chaos.stack.WeChat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Plays rounds on one stack: messages flow, something breaks and is mended, everything is audited.
 */
public final class RoundRunner {

  private static final int ACCOUNTS = 4;
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
   * Plays one round and audits it.
   *
   * @param number from 1, within the scenario
   * @param messages recipients in all batches together
   * @param seed decides the batches, and when and whom the fault hits
   */
  public RoundOutcome play(Scenario scenario, int number, int messages, long seed)
      throws InterruptedException {
    Random random = new Random(seed);
    stack.makeWhole();
    wechat.reset();
    wechat.setLatency(LATENCY, JITTER);
    List<ChaosAccount> all = accounts.create("chaos", ACCOUNTS, settings(scenario, messages));
    all.forEach(accounts::resume);
    Baseline baseline = audit.mark();
    AcceptanceRecord record = new AcceptanceRecord();
    Uploads uploads = new Uploads(scenario.traffic().slowUploads());
    Workload workload =
        new Workload(scenario.traffic(), new Submitter(stack.addresses(), record), uploads);
    String prefix = "r" + ++played;
    Random ofWorkload = new Random(random.nextLong());
    List<String> problems = new ArrayList<>();

    CompletableFuture<Void> submitted =
        CompletableFuture.runAsync(() -> submit(workload, prefix, messages, all, ofWorkload));
    try {
      scenario
          .injection()
          .into(new Round(number, messages, stack, wechat, accounts, all, uploads, random));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      problems.add("the fault went wrong: " + e);
    }
    Instant mended = Instant.now();
    try {
      submitted.get();
    } catch (ExecutionException e) {
      problems.add("not every batch was taken: " + e.getCause());
    }
    Completion completion = audit.awaitDone(record, doneLimit);
    Duration recovery = Duration.between(mended, Instant.now());
    if (!completion.isDone()) {
      problems.add(
          "%d batches are not over after %s".formatted(completion.unfinished(), doneLimit));
    }
    stack.makeWhole();
    Verdict verdict = audit.examine(record, baseline, scenario.allowedFailures());
    if (!scenario.mayAskTwice() && verdict.suppressed() > 0) {
      problems.add(
          "WeChat was asked again for %d messages that it had accepted, and no answer had been lost"
              .formatted(verdict.suppressed()));
    }
    if (verdict.messages() != messages) {
      problems.add("%d of %d messages were submitted".formatted(verdict.messages(), messages));
    }
    return new RoundOutcome(verdict, recovery, problems);
  }

  private static void submit(
      Workload workload, String prefix, int messages, List<ChaosAccount> all, Random random) {
    try {
      workload.submit(prefix, messages, all, random);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while submitting", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(String.valueOf(e.getCause()), e);
    }
  }

  private static AccountSettings settings(Scenario scenario, int messages) {
    return scenario.traffic().slowRelease()
        ? AccountSettings.DEFAULTS
        : AccountSettings.rate(scenario.traffic().rateFor(messages / ACCOUNTS));
  }
}
