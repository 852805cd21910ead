package io.hongyan.sender.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Which message a receipt is about, and that it counts once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class ReceiptsIT {

  private static final String BLOCKED = "failed:user block";

  private final ReceiptFixture fixture = new ReceiptFixture();

  @AfterAll
  void close() {
    fixture.close();
  }

  @Test
  void wechatsIdNamesTheMessage() {
    BatchId batch = fixture.batch("oA1", "oA2");
    MessageId first = fixture.accept(batch, 1, 101L);
    MessageId second = fixture.accept(batch, 2, 102L);
    DeliveryReceipt success = fixture.receipt("oA1", 101, "success");
    DeliveryReceipt blocked = fixture.receipt("oA2", 102, BLOCKED);

    fixture.store(success, blocked);

    assertThat(fixture.match(success)).isEqualTo("msgid");
    assertThat(fixture.of(first)).isEqualTo("delivered, success, msgid");
    assertThat(fixture.of(second)).isEqualTo("undelivered, failed:user block, msgid");
    assertThat(fixture.counted(batch)).isEqualTo("1/1/0");
  }

  @Test
  void whatWeChatRepeatsCountsOnce() {
    BatchId batch = fixture.batch("oB1");
    fixture.accept(batch, 1, 111L);
    DeliveryReceipt receipt = fixture.receipt("oB1", 111, "success");
    DeliveryReceipt inTheSameGroup = fixture.repeat(receipt);
    DeliveryReceipt later = fixture.repeat(receipt);

    fixture.store(receipt, inTheSameGroup);
    fixture.store(later);

    assertThat(fixture.match(receipt)).isEqualTo("msgid");
    assertThat(fixture.match(inTheSameGroup)).isEqualTo("duplicate");
    assertThat(fixture.match(later)).isEqualTo("duplicate");
    assertThat(fixture.counted(batch)).isEqualTo("1/0/0");
  }

  @Test
  void aCopyFromTheQueueChangesNothing() {
    BatchId batch = fixture.batch("oC1", "oC2");
    fixture.accept(batch, 1, 121L);
    DeliveryReceipt matched = fixture.receipt("oC1", 121, "success");
    DeliveryReceipt open = fixture.receipt("oC2", 122, "success");
    fixture.store(matched, open);
    fixture.accept(batch, 2, 122L);

    fixture.store(matched, open, open);

    assertThat(fixture.match(matched)).isEqualTo("msgid");
    assertThat(fixture.match(open)).isEqualTo("open");
    assertThat(fixture.counted(batch)).isEqualTo("1/0/0");
    fixture.look();
    assertThat(fixture.match(open)).isEqualTo("msgid");
    assertThat(fixture.counted(batch)).isEqualTo("2/0/0");
  }

  @Test
  void aReceiptThatBeatsTheCommitOfItsOutcomeIsMatchedLater() {
    BatchId batch = fixture.batch("oD1");
    fixture.start(batch, 1, ReceiptFixture.SENT);
    DeliveryReceipt receipt = fixture.receipt("oD1", 131, "success");

    fixture.store(receipt);
    fixture.look();
    assertThat(fixture.match(receipt)).isEqualTo("open");
    MessageId message = fixture.accept(batch, 1, 131L);
    fixture.look();

    assertThat(fixture.match(receipt)).isEqualTo("msgid");
    assertThat(fixture.of(message)).isEqualTo("delivered, success, msgid");
  }

  @Test
  void withoutWeChatsIdTheOneMessageToThePersonIsMeant() {
    BatchId batch = fixture.batch("oE1", "oE2");
    MessageId first = fixture.accept(batch, 1, 141L);
    MessageId second = fixture.accept(batch, 2, null);
    DeliveryReceipt success = fixture.receipt("oE1", 0, "success");
    DeliveryReceipt failed = fixture.receipt("oE2", 0, "failed: system failed");

    fixture.store(success, failed);
    assertThat(fixture.counted(batch)).isEqualTo("0/0/0");
    fixture.look();

    assertThat(fixture.match(success)).isEqualTo("person");
    assertThat(fixture.of(first)).isEqualTo("delivered, success, person");
    assertThat(fixture.of(second)).isEqualTo("undelivered, failed: system failed, person");
    assertThat(fixture.counted(batch)).isEqualTo("1/1/0");
    assertThat(
            fixture
                .jdbc
                .sql("select seq from delivery_receipt where id = ?")
                .param(failed.id())
                .query(Integer.class)
                .single())
        .isEqualTo(2);
  }

  @Test
  void aRepeatWithoutWeChatsIdCountsOnce() {
    BatchId batch = fixture.batch("oF1");
    fixture.accept(batch, 1, 151L);
    DeliveryReceipt receipt = fixture.receipt("oF1", 0, "success");
    DeliveryReceipt inTheSameGroup = fixture.repeat(receipt);
    DeliveryReceipt later = fixture.repeat(receipt);

    fixture.store(receipt, inTheSameGroup);
    fixture.look();
    fixture.store(later);
    fixture.look();

    assertThat(fixture.match(receipt)).isEqualTo("person");
    assertThat(fixture.match(inTheSameGroup)).isEqualTo("duplicate");
    assertThat(fixture.match(later)).isEqualTo("duplicate");
    assertThat(fixture.counted(batch)).isEqualTo("1/0/0");
  }

  @Test
  void ofTwoMessagesToOnePersonEachIsAmbiguousOnce() {
    BatchId batch = fixture.batch("oG1", "oG1", "oG2");
    MessageId first = fixture.accept(batch, 1, 161L);
    MessageId second = fixture.accept(batch, 2, 162L, ReceiptFixture.SENT.plusSeconds(3));
    fixture.accept(batch, 3, 163L);
    DeliveryReceipt one = fixture.receipt("oG1", 0, "success");
    DeliveryReceipt other = fixture.receipt("oG1", 0, BLOCKED, ReceiptFixture.SENT.plusSeconds(4));

    fixture.store(one, other);
    fixture.look();

    assertThat(fixture.match(one)).isEqualTo("ambiguous");
    assertThat(fixture.match(other)).isEqualTo("ambiguous");
    assertThat(fixture.of(first)).startsWith("ambiguous");
    assertThat(fixture.of(second)).startsWith("ambiguous");
    assertThat(fixture.counted(batch)).isEqualTo("0/0/2");
  }

  @Test
  void aCertainReceiptTakesThePlaceOfAnAmbiguousOne() {
    BatchId batch = fixture.batch("oH1", "oH1");
    MessageId first = fixture.accept(batch, 1, 171L);
    MessageId second = fixture.accept(batch, 2, 172L);
    fixture.store(fixture.receipt("oH1", 0, "success"));
    fixture.look();
    assertThat(fixture.counted(batch)).isEqualTo("0/0/2");

    fixture.store(fixture.receipt("oH1", 172, BLOCKED));

    assertThat(fixture.of(second)).isEqualTo("undelivered, failed:user block, msgid");
    assertThat(fixture.counted(batch)).isEqualTo("0/1/1");
    // Now there is but one that an unnamed receipt can mean.
    DeliveryReceipt left = fixture.receipt("oH1", 0, "success", ReceiptFixture.SENT.plusSeconds(2));
    fixture.store(left);
    fixture.look();
    assertThat(fixture.match(left)).isEqualTo("person");
    assertThat(fixture.of(first)).isEqualTo("delivered, success, person");
    assertThat(fixture.counted(batch)).isEqualTo("1/1/0");
  }

  @Test
  void twoMessagesFarApartAreToldApartByTime() {
    BatchId batch = fixture.batch("oI1", "oI1");
    MessageId first = fixture.accept(batch, 1, null, ReceiptFixture.SENT.minusSeconds(30));
    DeliveryReceipt early =
        fixture.receipt("oI1", 0, "success", ReceiptFixture.SENT.minusSeconds(29));
    MessageId second = fixture.accept(batch, 2, null, ReceiptFixture.SENT);
    DeliveryReceipt late = fixture.receipt("oI1", 0, "success");

    fixture.store(late, early);
    fixture.look();

    assertThat(fixture.match(early)).isEqualTo("person");
    assertThat(fixture.match(late)).isEqualTo("person");
    assertThat(fixture.of(first)).startsWith("delivered");
    assertThat(fixture.of(second)).startsWith("delivered");
    assertThat(fixture.counted(batch)).isEqualTo("2/0/0");
  }

  @Test
  void nothingIsDecidedWhileAnotherMessageToThePersonIsUnderWay() {
    BatchId batch = fixture.batch("oJ1", "oJ1");
    fixture.accept(batch, 1, null);
    fixture.start(batch, 2, ReceiptFixture.SENT);
    DeliveryReceipt receipt = fixture.receipt("oJ1", 0, "success");
    fixture.store(receipt);

    fixture.look();
    assertThat(fixture.match(receipt)).isEqualTo("open");
    fixture.accept(batch, 2, null);
    fixture.look();

    assertThat(fixture.match(receipt)).isEqualTo("ambiguous");
    assertThat(fixture.counted(batch)).isEqualTo("0/0/2");
  }

  @Test
  void aMessageThatWasRefusedIsNotMeant() {
    BatchId batch = fixture.batch("oK1", "oK1");
    MessageId accepted = fixture.accept(batch, 1, null);
    fixture.start(batch, 2, ReceiptFixture.SENT);
    fixture.fail(batch, 2, "recipient");
    DeliveryReceipt receipt = fixture.receipt("oK1", 0, "success");

    fixture.store(receipt);
    fixture.look();

    assertThat(fixture.match(receipt)).isEqualTo("person");
    assertThat(fixture.of(accepted)).startsWith("delivered");
  }

  @Test
  void oneThatWeChatMayHaveAcceptedMakesItAmbiguous() {
    BatchId batch = fixture.batch("oL1", "oL1");
    fixture.accept(batch, 1, null);
    fixture.start(batch, 2, ReceiptFixture.SENT.minusSeconds(500));
    fixture.fail(batch, 2, "uncertain");
    DeliveryReceipt receipt = fixture.receipt("oL1", 0, "success");

    fixture.store(receipt);
    fixture.look();

    assertThat(fixture.match(receipt)).isEqualTo("ambiguous");
    assertThat(fixture.counted(batch)).isEqualTo("0/0/1");
  }

  @Test
  void noPersonIsLookedAtBeforeOutcomesHaveSettled() {
    BatchId batch = fixture.batch("oM1");
    fixture.accept(batch, 1, null);
    DeliveryReceipt receipt =
        fixture.received(
            "oM1",
            0,
            "success",
            ReceiptFixture.SENT.plusSeconds(1),
            Instant.now().plus(1, ChronoUnit.HOURS));
    fixture
        .jdbc
        .sql("select hongyan_create_day(now() + interval '1 hour')::text")
        .query(String.class)
        .list();

    fixture.store(receipt);
    fixture.look();

    assertThat(fixture.match(receipt)).isEqualTo("open");
  }

  @Test
  void whatFitsNothingIsGivenUpAfterTheLastLook() {
    fixture.batch("oN1");
    DeliveryReceipt receipt = fixture.receipt("oN1", 0, "success");
    fixture.store(receipt);

    for (int look = 1; look < ReceiptFixture.LOOKS; look++) {
      fixture.look();
      assertThat(fixture.match(receipt)).isEqualTo("open");
    }
    fixture.look();

    assertThat(fixture.match(receipt)).isEqualTo("none");
    assertThat(fixture.meters.counter("hongyan.receipts", "match", "none").count()).isPositive();
  }

  @Test
  void whatIsStillUnderWayAtTheLastLookWasNotSentThen() {
    BatchId batch = fixture.batch("oO1", "oO1");
    MessageId accepted = fixture.accept(batch, 1, null);
    fixture.start(batch, 2, ReceiptFixture.SENT);
    DeliveryReceipt receipt = fixture.receipt("oO1", 0, "success");
    fixture.store(receipt);

    for (int look = 0; look < ReceiptFixture.LOOKS; look++) {
      fixture.look();
    }

    assertThat(fixture.match(receipt)).isEqualTo("person");
    assertThat(fixture.of(accepted)).startsWith("delivered");
  }

  @Test
  void onlyMessagesOfTheTimeBeforeAreMeant() {
    BatchId batch = fixture.batch("oP1", "oP2");
    fixture.accept(batch, 1, null, ReceiptFixture.SENT.minus(ReceiptFixture.WINDOW));
    fixture.accept(batch, 2, null, ReceiptFixture.SENT.plusSeconds(7));
    DeliveryReceipt tooOld = fixture.receipt("oP1", 0, "success");
    DeliveryReceipt tooNew = fixture.receipt("oP2", 0, "success");

    fixture.store(tooOld, tooNew);
    fixture.look();

    assertThat(fixture.match(tooOld)).isEqualTo("open");
    assertThat(fixture.match(tooNew)).isEqualTo("open");
    assertThat(fixture.counted(batch)).isEqualTo("0/0/0");
  }

  @Test
  void anIdThatIsUnknownIsMatchedByThePersonOnlyWithMessagesThatHaveNone() {
    BatchId batch = fixture.batch("oQ1", "oQ2");
    fixture.accept(batch, 1, 181L);
    MessageId nameless = fixture.accept(batch, 2, 0L);
    DeliveryReceipt otherName = fixture.receipt("oQ1", 999_181, "success");
    DeliveryReceipt fits = fixture.receipt("oQ2", 999_182, "success");

    fixture.store(otherName, fits);
    fixture.look();

    assertThat(fixture.match(otherName)).isEqualTo("open");
    assertThat(fixture.match(fits)).isEqualTo("person");
    assertThat(fixture.of(nameless)).startsWith("delivered");
  }

  @Test
  void deliveredIsTheLastWord() {
    BatchId batch = fixture.batch("oR1");
    MessageId message = fixture.accept(batch, 1, 191L);

    fixture.store(fixture.receipt("oR1", 191, BLOCKED));
    assertThat(fixture.counted(batch)).isEqualTo("0/1/0");
    fixture.store(fixture.receipt("oR1", 191, "success"), fixture.receipt("oR1", 191, BLOCKED));

    assertThat(fixture.of(message)).isEqualTo("delivered, success, msgid");
    assertThat(fixture.counted(batch)).isEqualTo("1/0/0");
  }

  @Test
  void anotherAccountsMessageIsNotMeant() {
    BatchId batch = fixture.batch("oS1");
    fixture.accept(batch, 1, 201L);
    DeliveryReceipt mine = fixture.receipt("oS1", 201, "success");
    DeliveryReceipt foreign =
        new DeliveryReceipt(
            mine.id(), mine.receivedAt(), "another", "oS1", 201, "success", mine.finishedAt());

    fixture.store(foreign);
    fixture.look();

    assertThat(fixture.match(foreign)).isEqualTo("open");
    assertThat(fixture.counted(batch)).isEqualTo("0/0/0");
  }

  @Test
  void thePersonOfAnErasedMessageDoesNotComeBackWithTheReceipt() {
    BatchId batch = fixture.batch("oT1", "oT2", "oT3");
    DeliveryReceipt early = fixture.receipt("oT3", 213, "success");
    fixture.store(early);
    fixture.accept(batch, 1, 211L);
    fixture.accept(batch, 2, null);
    fixture.accept(batch, 3, 213L);
    fixture
        .jdbc
        .sql("update send_success set openid = 'erased' where batch_id = ?")
        .param(batch.value())
        .update();
    fixture
        .jdbc
        .sql("update recipient set openid = 'erased' where batch_id = ?")
        .param(batch.value())
        .update();
    DeliveryReceipt named = fixture.receipt("oT1", 211, "success");
    DeliveryReceipt overwritten = fixture.receipt("erased", 0, "success");

    fixture.store(named, overwritten);
    fixture.look();

    assertThat(fixture.match(named)).isEqualTo("msgid");
    assertThat(fixture.match(early)).isEqualTo("msgid");
    assertThat(fixture.openid(named)).isEqualTo("erased");
    assertThat(fixture.openid(early)).isEqualTo("erased");
    assertThat(fixture.match(overwritten)).as("nobody in particular").isEqualTo("open");
  }

  @Test
  void aReceiptThatWasOnItsWayDoesNotBringAnErasedPersonBack() {
    fixture
        .jdbc
        .sql("insert into erased_person values (?, sha256('oE'), ?::timestamptz)")
        .params(fixture.account, ReceiptFixture.SENT.minusSeconds(60).toString())
        .update();
    DeliveryReceipt onItsWay = fixture.receipt("oE", 0, "success");
    DeliveryReceipt somebodyElses = fixture.receipt("oF", 0, "success");

    fixture.store(onItsWay, somebodyElses);
    for (int look = 0; look < ReceiptFixture.LOOKS; look++) {
      fixture.look();
    }

    assertThat(fixture.match(onItsWay)).isEqualTo("none");
    assertThat(fixture.openid(onItsWay)).isEqualTo("erased");
    assertThat(fixture.openid(somebodyElses)).isEqualTo("oF");
  }

  @Test
  void whoComesAgainAfterTheErasureIsNotErased() {
    fixture
        .jdbc
        .sql("insert into erased_person values (?, sha256('oG'), ?::timestamptz)")
        .params(fixture.account, ReceiptFixture.SENT.minusSeconds(1_200).toString())
        .update();
    DeliveryReceipt later = fixture.receipt("oG", 0, "success");

    fixture.store(later);
    for (int look = 0; look < ReceiptFixture.LOOKS; look++) {
      fixture.look();
    }

    assertThat(fixture.match(later)).isEqualTo("none");
    assertThat(fixture.openid(later)).isEqualTo("oG");
  }

  @Test
  void aReceiptThatNamesAnotherPersonSaysNothingOfTheMessage() {
    BatchId batch = fixture.batch("oH1");
    MessageId message = fixture.accept(batch, 1, 901L);
    DeliveryReceipt forged = fixture.receipt("oSomebodyElse", 901, "success");

    fixture.store(forged);

    assertThat(fixture.match(forged)).isEqualTo("open");
    assertThat(fixture.of(message)).isEmpty();
    DeliveryReceipt own = fixture.receipt("oH1", 901, "failed:user block");
    fixture.store(own);
    assertThat(fixture.match(own)).isEqualTo("msgid");
    assertThat(fixture.of(message)).startsWith("undelivered");
  }
}
