package io.hongyan.chaos.isolation;

import static org.awaitility.Awaitility.await;

import io.hongyan.chaos.audit.AcceptedMessages;
import io.hongyan.chaos.audit.Audit;
import io.hongyan.chaos.audit.Baseline;
import io.hongyan.chaos.audit.Completion;
import io.hongyan.chaos.audit.Verdict;
import io.hongyan.chaos.load.AcceptanceRecord;
import io.hongyan.chaos.load.AcceptedBatch;
import io.hongyan.chaos.load.AccountSettings;
import io.hongyan.chaos.load.Accounts;
import io.hongyan.chaos.load.BodyFormat;
import io.hongyan.chaos.load.ChaosAccount;
import io.hongyan.chaos.load.Recipients;
import io.hongyan.chaos.load.Submission;
import io.hongyan.chaos.load.Submitter;
import io.hongyan.chaos.stack.Stack;
import io.hongyan.chaos.stack.WeChat;
import io.hongyan.stack.http.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Account A has a dead token, B's quota is used up, C sends a bulk batch of 200,000: what does D,
 * which sends single urgent messages, notice of it? Measured from D's POST to the simulator's own
 * time stamp, alone and beside them, on the same stack.
 */
public final class Isolation {

  private static final int BULK = 200_000;
  private static final int WAITING = 5_000;
  private static final int URGENT = 1_000;
  private static final Duration BETWEEN = Duration.ofMillis(40);
  private static final Duration SUBMIT_LIMIT = Duration.ofMinutes(1);
  private static final Duration DONE_LIMIT = Duration.ofMinutes(15);
  private static final Duration LATENCY = Duration.ofMillis(130);
  private static final int NO_LIMIT = 100_000_000;

  private final Stack stack;
  private final WeChat wechat;
  private final Accounts accounts;
  private final Audit audit;
  private final Random random;

  /**
   * @param stack running, and used by nobody else
   */
  public Isolation(Stack stack, long seed) {
    this.stack = stack;
    this.wechat = new WeChat(stack.addresses().simulator());
    this.accounts = new Accounts(stack.addresses());
    this.audit = new Audit(stack.addresses());
    this.random = new Random(seed);
  }

  /** What it came to: lines of Markdown, and whether all messages of all accounts ended well. */
  public record Result(List<String> lines, Verdict verdict) {}

  public Result measure() {
    stack.makeWhole();
    wechat.reset();
    wechat.setLatency(LATENCY, Duration.ZERO);
    List<ChaosAccount> all = accounts.create("isolation", 4, AccountSettings.DEFAULTS);
    all.forEach(accounts::resume);
    ChaosAccount deadToken = all.get(0);
    ChaosAccount usedUp = all.get(1);
    ChaosAccount bulk = all.get(2);
    ChaosAccount urgent = all.get(3);
    Baseline baseline = audit.mark();
    AcceptanceRecord record = new AcceptanceRecord();
    Submitter submitter = new Submitter(stack.addresses(), record);
    // The first message of an account pays for its token and for code that nobody has run yet.
    sendUrgent("warm", urgent, submitter, URGENT / 5);
    Latencies alone = latencies(sendUrgent("alone", urgent, submitter, URGENT));

    accounts.breakSecret(deadToken);
    submit(submitter, deadToken, "dead", WAITING);
    awaitGate(deadToken);
    wechat.setDailyLimit(WAITING / 2);
    submit(submitter, usedUp, "used", WAITING);
    String usedUpReason = awaitGate(usedUp);
    wechat.setDailyLimit(NO_LIMIT);
    int before = wechat.accepted();
    submit(submitter, bulk, "bulk", BULK);
    await("the bulk batch flows")
        .atMost(Duration.ofMinutes(1))
        .until(() -> wechat.accepted() > before + 1_000);
    List<AcceptedBatch> sent = sendUrgent("beside", urgent, submitter, URGENT);
    String stillUsedUp = accounts.gateReason(usedUp);
    if (!stillUsedUp.equals(usedUpReason) || accounts.gateReason(deadToken).isEmpty()) {
      throw new IllegalStateException(
          "A and B were in trouble no longer, so nothing was measured: " + stillUsedUp);
    }
    int bulkLeft = before + BULK + URGENT - wechat.accepted();
    Latencies beside = latencies(sent);

    accounts.putOnSimulator(deadToken);
    accounts.resume(deadToken);
    accounts.resume(usedUp);
    Completion completion = audit.awaitDone(record, DONE_LIMIT);
    if (!completion.isDone()) {
      throw new IllegalStateException("batches are not over: " + completion);
    }
    Verdict verdict = audit.examine(record, baseline, Set.of());
    return new Result(
        List.of(
            "| account D, single urgent messages | messages | p50 | p99 | longest |",
            "|---|---:|---:|---:|---:|",
            "| alone | " + alone.toCells() + " |",
            "| beside A (dead token: 5,000 waiting), B (quota used up: 2,500 waiting), C (bulk of 200,000) | "
                + beside.toCells()
                + " |",
            "",
            "From the POST until the simulator accepted it; the simulator answers after 130 ms.",
            "When D's last message was accepted, %,d of C's were still to be sent. Afterwards A and B were mended: %s."
                .formatted(Math.max(0, bulkLeft), verdict)),
        verdict);
  }

  private String awaitGate(ChaosAccount account) {
    return await("the gate of " + account)
        .atMost(Duration.ofMinutes(1))
        .until(() -> accounts.gateReason(account), reason -> !reason.isEmpty());
  }

  private List<AcceptedBatch> sendUrgent(
      String name, ChaosAccount account, Submitter submitter, int messages) {
    List<AcceptedBatch> sent = new ArrayList<>();
    for (int i = 1; i <= messages; i++) {
      Deadline pace = Deadline.in(BETWEEN);
      String prefix = name + "-" + i;
      sent.add(
          submitter.submit(
              Submission.of(
                      account,
                      Recipients.of(prefix, 1, 0, random),
                      "isolation-" + prefix,
                      BodyFormat.JSON)
                  .asUrgent(),
              SUBMIT_LIMIT));
      pace.pause(BETWEEN);
    }
    return sent;
  }

  private void submit(Submitter submitter, ChaosAccount account, String prefix, int count) {
    submitter.submit(
        Submission.of(
            account,
            Recipients.of(prefix, count, 0, random),
            "isolation-" + prefix,
            BodyFormat.NDJSON),
        SUBMIT_LIMIT);
  }

  private Latencies latencies(List<AcceptedBatch> sent) {
    Map<String, AcceptedBatch> waiting = new HashMap<>();
    for (AcceptedBatch message : sent) {
      waiting.put(message.batchId() + "-1", message);
    }
    List<Duration> measured = new ArrayList<>();
    AcceptedMessages accepted = new AcceptedMessages(stack.addresses());
    await("every urgent message is with WeChat")
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              Map<String, AcceptedBatch> open = new HashMap<>(waiting);
              measured.clear();
              accepted.forEach(
                  0,
                  message -> {
                    AcceptedBatch one = open.remove(message.clientMsgId());
                    if (one != null) {
                      measured.add(Duration.between(one.firstTriedAt(), message.at()));
                    }
                  });
              return open.isEmpty();
            });
    return Latencies.of(measured);
  }
}
