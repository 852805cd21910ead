package io.hongyan.chaos.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.chaos.load.AcceptanceRecord;
import io.hongyan.chaos.load.AcceptedBatch;
import io.hongyan.chaos.load.Accounts;
import io.hongyan.chaos.load.ChaosAccount;
import io.hongyan.chaos.stack.Addresses;
import io.hongyan.network.FaultyProxy;
import io.hongyan.simulator.WeChatSimulator;
import io.hongyan.test.TestServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The audit finds each kind of violation in doctored tables, and nothing where nothing is wrong.
 * Real PostgreSQL, the real simulator; gateway and management API are stubs.
 */
class AuditIT {

  private static final ChaosAccount ACCOUNT = new ChaosAccount("chaos-1", "wxchaos-1", "secret");
  private static final String QUEUE = "hongyan.send.chaos-1";
  private static final TestServers SERVERS = TestServers.get();

  private static WeChatSimulator simulator;

  private StubServers stubs;
  private Addresses addresses;
  private FinishedRound round;
  private Audit audit;
  private Baseline baseline;
  private AcceptedBatch batch;
  private long row;

  @BeforeAll
  static void createSchemaAndSimulator() throws Exception {
    // The contract's own files, read by path: no class of the product comes with them.
    Path migrations = Path.of("../common-dto/src/main/resources/db/migration");
    try (Stream<Path> files = Files.list(migrations);
        Connection connection = SERVERS.connect();
        Statement statement = connection.createStatement()) {
      for (Path file : files.sorted().toList()) {
        statement.execute(Files.readString(file));
      }
    }
    simulator = WeChatSimulator.start("127.0.0.1", 0, Clock.systemUTC());
  }

  @AfterAll
  static void stopSimulator() {
    simulator.close();
  }

  @BeforeEach
  void finishARound() throws Exception {
    stubs = new StubServers(SERVERS);
    addresses =
        new Addresses(
            List.of(stubs.address()),
            URI.create("http://127.0.0.1:" + simulator.port()),
            List.of(stubs.address()),
            SERVERS.databaseUrl(),
            environment("HONGYAN_DATABASE_USER"),
            environment("HONGYAN_DATABASE_PASSWORD"),
            "key");
    new Accounts(addresses).putOnSimulator(ACCOUNT);
    audit = new Audit(addresses, Duration.ofSeconds(3), Duration.ofMillis(50));
    baseline = audit.mark();
    round = new FinishedRound(SERVERS, addresses.simulator(), ACCOUNT);
    round.addBatch(30);
    batch = round.addBatch(40);
    row = MessageIds.batchRow(batch.batchId());
  }

  @AfterEach
  void stopStubs() throws SQLException {
    round.close();
    stubs.close();
  }

  @Test
  void findsNothingWhereNothingIsWrong() {
    Verdict verdict = examine();

    assertThat(verdict.isClean()).as(verdict.toString()).isTrue();
    assertThat(verdict.messages()).isEqualTo(70);
    assertThat(verdict.failed()).isPositive();
    assertThat(verdict.uncertain()).isZero();
    assertThat(verdict.examples()).isEmpty();
  }

  @Test
  void findsAMessageWithoutARow() throws SQLException {
    int seq = accepted();
    delete("send_success", seq);
    count("succeeded = succeeded - 1");

    assertFound(Map.of(Finding.LOST, 1L, Finding.UNRECORDED, 1L), seq);
  }

  @Test
  void findsARecipientThatWasNeverStored() throws SQLException {
    int seq = refused();
    delete("send_failed", seq);
    delete("recipient", seq);
    count("failed_recipient = failed_recipient - 1");

    assertFound(Map.of(Finding.LOST, 1L));
  }

  @Test
  void findsABatchThatIsNowhere() throws Exception {
    AcceptedBatch last = round.addBatch(1);
    for (String table : List.of("batch_progress", "recipient", "send_success", "send_failed")) {
      round.execute(
          "delete from " + table + " where batch_id = ?", MessageIds.batchRow(last.batchId()));
    }
    round.execute("delete from batch where id = ?", MessageIds.batchRow(last.batchId()));

    Verdict verdict = examine();

    assertThat(verdict.lost()).isOne();
    // Not in the table, and not over HTTP.
    assertThat(verdict.count(Finding.MISCOUNTED)).isEqualTo(2);
  }

  @Test
  void findsAMessageThatSucceededAndFailed() throws SQLException {
    int seq = accepted();
    round.addFailure(row, seq, ref(seq), "uncertain");
    count("failed_uncertain = failed_uncertain + 1");

    assertFound(Map.of(Finding.DOUBLED, 1L), seq);
  }

  @Test
  void findsTheOutcomeOfAnotherRecipient() throws SQLException {
    int seq = accepted();
    round.execute(
        "update send_success set ref = '1-999999-1' where batch_id = ? and seq = ?", row, seq);

    Verdict verdict = examine();

    assertThat(verdict.count(Finding.STRANGER)).isOne();
    assertThat(verdict.lost()).isOne();
  }

  @Test
  void findsABatchThatNobodyWasToldOf() throws Exception {
    AcceptedBatch untold = round.addUntoldBatch(1);

    // The batch, its recipient, its outcome and the call to WeChat.
    Verdict verdict = assertFound(Map.of(Finding.STRANGER, 4L));
    assertThat(verdict.examples()).anyMatch(example -> example.contains(untold.batchId()));
  }

  @Test
  void allowsABatchWhoseRequestWasNeverAnswered() throws Exception {
    AcceptedBatch untold = round.addUntoldBatch(1);
    round.record().addUnanswered(untold.idempotencyKey());

    assertThat(examine().isClean()).isTrue();
  }

  @Test
  void findsAMessageThatWeChatAcceptedTwice() throws Exception {
    int seq = accepted();
    round.forgetClientMsgIds();
    send(seq);

    assertFound(Map.of(Finding.REPEATED, 1L), seq);
  }

  @Test
  void findsAMessageOfAnEarlierRound() throws Exception {
    // The simulator sees its id for the first time, as it would after a reset.
    int seq = refused();
    Baseline later = audit.mark();
    round.send(MessageIds.message(row, seq), "o-willing", "headphones");

    Verdict verdict = audit.examine(new AcceptanceRecord(), later, Set.of());

    assertThat(verdict.counts()).isEqualTo(Map.of(Finding.REPEATED, 1L));
    assertThat(verdict.examples())
        .containsExactly("repeated: " + MessageIds.message(row, seq) + ", of an earlier round");
  }

  @Test
  void findsWhatIsRepeatedWhileAQueueBecomesEmpty() throws Exception {
    int seq = accepted();
    round.forgetClientMsgIds();
    stubs.changeWithEachLook(
        List.of(() -> stubs.setDepth(QUEUE, 1), () -> stubs.setDepth(QUEUE, 1), repeated(seq)));

    assertFound(Map.of(Finding.REPEATED, 1L), seq);
  }

  @Test
  void findsWhatIsRepeatedAfterTheQueuesWereEmptyOnce() throws Exception {
    int seq = accepted();
    round.forgetClientMsgIds();
    stubs.changeWithEachLook(
        List.of(() -> stubs.setDepth(QUEUE, 0), () -> stubs.setDepth(QUEUE, 1), repeated(seq)));

    assertFound(Map.of(Finding.REPEATED, 1L), seq);
  }

  @Test
  void findsAMessageThatWentToAnotherPerson() throws Exception {
    int seq = refused();
    round.send(MessageIds.message(row, seq), "o-somebody-else", "headphones");

    assertFound(Map.of(Finding.STRANGER, 1L), seq);
  }

  @Test
  void findsAMessageWithAnotherRecipientsContent() throws Exception {
    int seq = accepted();
    round.forgetClientMsgIds();
    round.send(MessageIds.message(row, seq), batch.recipients().openid(seq), "headphones 0");

    assertFound(Map.of(Finding.STRANGER, 1L, Finding.REPEATED, 1L), seq);
  }

  @Test
  void findsAClassOfFailuresThatTheGatewayDoesNotShow() throws SQLException {
    round.execute(
        "update batch_progress set failed_recipient = 0, failed_request = ? where batch_id = ?",
        batch.recipients().refusedCount(),
        row);

    assertThat(examine().count(Finding.MISCOUNTED)).isOne();
  }

  @Test
  void findsAnAcceptedMessageThatIsRecordedAsFailed() throws SQLException {
    int seq = accepted();
    delete("send_success", seq);
    round.addFailure(row, seq, ref(seq), "exhausted");
    count("succeeded = succeeded - 1, failed_exhausted = failed_exhausted + 1");

    Verdict verdict = audit.examine(round.record(), baseline, Set.of("exhausted"));

    assertThat(verdict.counts()).isEqualTo(Map.of(Finding.UNRECORDED, 1L));
  }

  @Test
  void allowsAnAcceptedMessageThatIsUncertain() throws SQLException {
    int seq = accepted();
    delete("send_success", seq);
    round.addFailure(row, seq, ref(seq), "uncertain");
    count("succeeded = succeeded - 1, failed_uncertain = failed_uncertain + 1");

    Verdict verdict = examine();

    assertThat(verdict.isClean()).as(verdict.toString()).isTrue();
    assertThat(verdict.uncertain()).isOne();
  }

  @Test
  void findsASuccessThatWeChatNeverSaw() throws SQLException {
    int seq = refused();
    delete("send_failed", seq);
    round.addSuccess(row, seq, ref(seq));
    count("succeeded = succeeded + 1, failed_recipient = failed_recipient - 1");

    assertFound(Map.of(Finding.FALSE_SUCCESS, 1L), seq);
  }

  @Test
  void findsAFailureThatNothingExplains() throws SQLException {
    int seq = refused();
    round.execute(
        "update send_failed set class = 'exhausted' where batch_id = ? and seq = ?", row, seq);
    count("failed_recipient = failed_recipient - 1, failed_exhausted = failed_exhausted + 1");

    assertFound(Map.of(Finding.WRONG_FAILURE, 1L), seq);
    assertThat(audit.examine(round.record(), baseline, Set.of("exhausted")).isClean()).isTrue();
  }

  @Test
  void findsCountersThatAreNotTheRows() throws SQLException {
    count("succeeded = succeeded - 1");

    // In the table, and as the gateway shows it.
    assertFound(Map.of(Finding.MISCOUNTED, 2L));
  }

  @Test
  void findsAGatewayThatShowsOtherNumbers() {
    stubs.showTooMany(1);

    assertFound(Map.of(Finding.MISCOUNTED, 2L));
  }

  @Test
  void findsABatchThatIsNotReleasedToItsEnd() throws SQLException {
    round.execute("update batch set released_to = released_to - 1 where id = ?", row);

    assertFound(Map.of(Finding.MISCOUNTED, 2L));
  }

  @Test
  void findsABatchThatIsNotOver() throws SQLException {
    round.execute("update batch set state = 'released' where id = ?", row);

    assertFound(Map.of(Finding.UNFINISHED, 1L));
    assertThat(audit.awaitDone(round.record(), Duration.ofMillis(300)))
        .extracting(Completion::isDone, Completion::unfinished)
        .containsExactly(false, 1);
  }

  @Test
  void findsANewDeadLetter() throws SQLException {
    round.execute("insert into dead_letter (reason, body) values ('unreadable', '')");

    assertFound(Map.of(Finding.DEAD_LETTER, 1L));
  }

  @Test
  void findsWhatIsLeftInAQueue() {
    stubs.setDepth(QUEUE, 3);

    Verdict verdict = assertFound(Map.of(Finding.QUEUED, 3L));

    assertThat(verdict.examples()).containsExactly("queued: 3 in " + QUEUE);
  }

  @Test
  void knowsWhenAllBatchesAreOver() {
    Completion completion = audit.awaitDone(round.record(), Duration.ofSeconds(10));

    assertThat(completion.isDone()).isTrue();
    assertThat(completion.unfinished()).isZero();
  }

  @Test
  void waitsThroughADatabaseThatIsAway() {
    URI database = URI.create(SERVERS.databaseUrl().substring("jdbc:".length()));
    try (FaultyProxy proxy = new FaultyProxy(database.getHost(), database.getPort())) {
      Audit behindProxy =
          new Audit(
              new Addresses(
                  addresses.gateways(),
                  addresses.simulator(),
                  addresses.managements(),
                  "jdbc:" + proxy.insteadOf(database),
                  addresses.databaseUser(),
                  addresses.databasePassword(),
                  addresses.adminKey()));
      proxy.cut();

      Completion away = behindProxy.awaitDone(round.record(), Duration.ofMillis(300));
      CompletableFuture<Completion> waiting =
          CompletableFuture.supplyAsync(
              () -> behindProxy.awaitDone(round.record(), Duration.ofSeconds(20)));
      proxy.restore();

      assertThat(away.isDone()).isFalse();
      assertThat(away.databaseTrouble()).contains("refused");
      assertThat(waiting).succeedsWithin(Duration.ofSeconds(20)).matches(Completion::isDone);
    }
  }

  private static String environment(String name) {
    return Objects.requireNonNull(SERVERS.environment().get(name), name);
  }

  private Verdict examine() {
    return audit.examine(round.record(), baseline, Set.of());
  }

  private Verdict assertFound(Map<Finding, Long> expected, int... seqs) {
    Verdict verdict = examine();
    assertThat(verdict.counts()).as("%s", verdict.examples()).isEqualTo(expected);
    for (int seq : seqs) {
      assertThat(verdict.examples())
          .anyMatch(example -> example.contains(MessageIds.message(row, seq)));
    }
    return verdict;
  }

  /** The queue's last copy is sent, and its message accepted for the second time. */
  private StubServers.QueueChange repeated(int seq) {
    return () -> {
      send(seq);
      stubs.setDepth(QUEUE, 0);
    };
  }

  private void send(int seq) throws IOException {
    round.send(
        MessageIds.message(row, seq),
        batch.recipients().openid(seq),
        batch.recipients().thing(seq));
  }

  private int accepted() {
    return firstSeq(false);
  }

  private int refused() {
    return firstSeq(true);
  }

  private int firstSeq(boolean refused) {
    int seq = 1;
    while (batch.recipients().isRefused(seq) != refused) {
      seq++;
    }
    return seq;
  }

  private String ref(int seq) {
    return batch.recipients().ref(seq);
  }

  private void delete(String table, int seq) throws SQLException {
    round.execute("delete from " + table + " where batch_id = ? and seq = ?", row, seq);
  }

  private void count(String change) throws SQLException {
    round.execute("update batch_progress set " + change + " where batch_id = ?", row);
  }
}
