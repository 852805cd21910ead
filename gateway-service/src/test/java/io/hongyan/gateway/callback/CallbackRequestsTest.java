package io.hongyan.gateway.callback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.common.secret.Secret;
import io.hongyan.gateway.callback.RequestGuard.Verdict;
import io.hongyan.test.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.ArgumentCaptor;
import org.springframework.util.unit.DataSize;

class CallbackRequestsTest {

  private static final Instant NOW = Instant.ofEpochSecond(1_714_112_446);
  private static final long ARRIVED = 42;
  private static final String PLAIN =
      "signature=%s&timestamp=%s&nonce=%s"
          .formatted(Vectors.V3_SIGNATURE, Vectors.TIMESTAMP, Vectors.NONCE);
  private static final String V3_QUERY =
      PLAIN + "&encrypt_type=aes&msg_signature=" + Vectors.V3_MSG_SIGNATURE;
  private static final String V7_QUERY =
      PLAIN + "&encrypt_type=aes&msg_signature=" + Vectors.V7_MSG_SIGNATURE;
  private static final String V3_BODY =
      "{\"ToUserName\":\"gh_97417a04a28d\",\"Encrypt\":\"%s\"}".formatted(Vectors.V3_ENCRYPT);
  private static final String V7_BODY =
      "<xml><ToUserName><![CDATA[gh_7f083739789a]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt></xml>"
          .formatted(Vectors.V7_ENCRYPT);

  private static final String RECEIPT =
      "<xml><ToUserName>gh_1</ToUserName><FromUserName>oA</FromUserName><CreateTime>1714112445</CreateTime><MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>7</MsgID><Status>success</Status></xml>";

  private final RequestGuard guard = mock(RequestGuard.class);
  private final PassiveReplies replies = mock(PassiveReplies.class);
  private final CallbackQueue queue = mock(CallbackQueue.class);
  private final CallbackRequests requests =
      new CallbackRequests(
          guard,
          replies,
          queue,
          new ReplyWriter(new SettableClock(NOW)),
          new SettableClock(NOW),
          new CallbackProperties(
              DataSize.ofKilobytes(64), Duration.ofMinutes(5), true, Duration.ofSeconds(6)));

  @BeforeEach
  void everythingIsFresh() {
    judged(Verdict.FRESH);
    when(guard.isFresh(anyLong())).thenReturn(true);
    when(replies.answer(any(), anyLong())).thenReturn(new Answer.Nothing());
    when(replies.answerIfKnown(any(), anyLong())).thenReturn(Optional.empty());
    when(queue.publish(any(DeliveryReceipt.class)))
        .thenReturn(CompletableFuture.completedFuture(null));
  }

  private void judged(Verdict verdict) {
    when(guard.judge(anyString(), anyLong(), anyString(), anyString())).thenReturn(verdict);
  }

  @Test
  void verifiesThePublicExample() throws Exception {
    String query =
        "signature=f464b24fc39322e44b38aa78f5edd27bd1441696&timestamp=1714036504&nonce=1514711492&echostr=4375120948345356249";

    assertThat(requests.verify(callback(CallbackMode.SAFE), CallbackQuery.parse(query)))
        .isEqualTo("4375120948345356249");
    assertThatThrownBy(
            () ->
                requests.verify(
                    callback(CallbackMode.SAFE),
                    CallbackQuery.parse(query.replace("1514711492", "1514711493"))))
        .hasFieldOrPropertyWithValue("reason", Refusal.SIGNATURE);
    judged(Verdict.STALE);
    assertThatThrownBy(
            () -> requests.verify(callback(CallbackMode.SAFE), CallbackQuery.parse(query)))
        .hasFieldOrPropertyWithValue("reason", Refusal.STALE);
    judged(Verdict.REPEATED);
    assertThat(requests.verify(callback(CallbackMode.SAFE), CallbackQuery.parse(query)))
        .isEqualTo("4375120948345356249");
    verify(guard, atLeastOnce()).judge("mall", 1_714_036_504L, "1514711492", "verification");
  }

  @Test
  void decryptsAndReadsThePublicExampleAndRepliesEncryptedInItsFormat() throws Exception {
    when(replies.answer(any(), anyLong()))
        .thenReturn(new Answer.Replied(new PassiveReply.Text("good luck")));

    CallbackAnswer answer = post(CallbackMode.SAFE, V3_QUERY, V3_BODY);

    ArgumentCaptor<WeChatMessage> message = ArgumentCaptor.forClass(WeChatMessage.class);
    verify(replies).answer(message.capture(), eq(ARRIVED));
    assertThat(message.getValue().event()).isEqualTo("debug_demo");
    assertThat(message.getValue().body()).isEqualTo(Vectors.V3_MESSAGE);
    Fields envelope = Fields.read(text(answer).getBytes(UTF_8));
    assertThat(envelope.format()).isEqualTo(MessageFormat.JSON);
    Fields reply = Fields.read(Vectors.crypto().decrypt(String.valueOf(envelope.find("Encrypt"))));
    assertThat(reply.format()).isEqualTo(MessageFormat.JSON);
    assertThat(reply.values())
        .containsEntry("Content", "good luck")
        .containsEntry("ToUserName", "o9AgO5Kd5ggOC-bXrbNODIiE3bGY")
        .containsEntry("FromUserName", "gh_97417a04a28d");
  }

  @Test
  void aReceiptIsAnsweredOnlyWhenTheBrokerHasIt() throws Exception {
    CompletableFuture<Void> confirmed = new CompletableFuture<>();
    when(queue.publish(any(DeliveryReceipt.class))).thenReturn(confirmed);
    CompletableFuture<CallbackAnswer> answer =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return requests.answer(
                    callback(CallbackMode.SAFE),
                    CallbackQuery.parse(V7_QUERY),
                    V7_BODY.getBytes(UTF_8),
                    ARRIVED);
              } catch (RefusedException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    ArgumentCaptor<DeliveryReceipt> receipt = ArgumentCaptor.forClass(DeliveryReceipt.class);
    verify(queue, timeout(5_000)).publish(receipt.capture());
    assertThat(answer).isNotDone();

    confirmed.complete(null);

    assertThat(text(answer.join())).isEqualTo("success");
    assertThat(receipt.getValue())
        .usingRecursiveComparison()
        .ignoringFields("id")
        .isEqualTo(
            new DeliveryReceipt(
                0,
                NOW,
                "mall",
                "oia2TjuEGTNoeX76QEjQNrcURxG8",
                3557254367693750277L,
                "failed:user block",
                Instant.ofEpochSecond(1_395_658_984)));
    verify(replies, never()).answer(any(), anyLong());
  }

  @Test
  void aReceiptThatTheBrokerDoesNotTakeIsLeftForWeChatToRepeat() throws Exception {
    when(queue.publish(any(DeliveryReceipt.class)))
        .thenReturn(CompletableFuture.failedFuture(new NotQueuedException("away")));

    assertThat(post(CallbackMode.SAFE, V7_QUERY, V7_BODY))
        .isEqualTo(new CallbackAnswer.Unavailable());
  }

  @ParameterizedTest
  @EnumSource(
      value = Verdict.class,
      names = {"FRESH", "RETRY", "REPEATED"})
  void aReceiptThatIsRepeatedIsTakenAgain(Verdict verdict) throws Exception {
    judged(verdict);

    assertThat(text(post(CallbackMode.PLAIN, PLAIN, RECEIPT))).isEqualTo("success");
    verify(queue).publish(any(DeliveryReceipt.class));
  }

  @Test
  void anEncryptedReceiptNeedsNoNonceButATimestamp() throws Exception {
    judged(Verdict.REPLAYED);

    assertThat(text(post(CallbackMode.SAFE, V7_QUERY, V7_BODY))).isEqualTo("success");
    verify(queue).publish(any(DeliveryReceipt.class));
    when(guard.isFresh(anyLong())).thenReturn(false);
    refuses(Refusal.STALE, CallbackMode.SAFE, V7_QUERY, V7_BODY);
    verify(guard, never()).judge(anyString(), anyLong(), anyString(), anyString());
  }

  @ParameterizedTest
  @EnumSource(
      value = Verdict.class,
      names = {"REPLAYED", "STALE"})
  void anotherReceiptUnderAnOldSignatureIsRefused(Verdict verdict) {
    judged(verdict);

    refuses(
        verdict == Verdict.STALE ? Refusal.STALE : Refusal.REPLAY,
        CallbackMode.PLAIN,
        PLAIN,
        RECEIPT);
    verify(queue, never()).publish(any(DeliveryReceipt.class));
  }

  @ParameterizedTest
  @EnumSource(
      value = Verdict.class,
      names = {"FRESH", "RETRY"})
  void aNewMessageAndWeChatsRetriesMayRunTheHandler(Verdict verdict) throws Exception {
    judged(verdict);

    assertThat(text(post(CallbackMode.SAFE, V3_QUERY, V3_BODY))).isEqualTo("success");
    verify(replies).answer(any(), eq(ARRIVED));
  }

  @ParameterizedTest
  @EnumSource(
      value = Verdict.class,
      names = {"REPEATED", "REPLAYED", "STALE"})
  void anythingElseGetsAKeptAnswerOrNone(Verdict verdict) throws Exception {
    judged(verdict);
    refuses(
        verdict == Verdict.STALE ? Refusal.STALE : Refusal.REPLAY,
        CallbackMode.SAFE,
        V3_QUERY,
        V3_BODY);
    when(replies.answerIfKnown(any(), eq(ARRIVED))).thenReturn(Optional.of(new Answer.Withheld()));

    assertThat(post(CallbackMode.SAFE, V3_QUERY, V3_BODY)).isEqualTo(new CallbackAnswer.Withheld());
    verify(replies, never()).answer(any(), anyLong());
  }

  @Test
  void judgesByTheTimestampNonceAndKeyOfTheMessage() throws Exception {
    post(CallbackMode.SAFE, V3_QUERY, V3_BODY);

    verify(guard)
        .judge(
            "mall",
            1_714_112_445L,
            Vectors.NONCE,
            "event|o9AgO5Kd5ggOC-bXrbNODIiE3bGY|1714112445|debug_demo|");
  }

  @Test
  void plainModeAnswersInPlain() throws Exception {
    when(replies.answer(any(), anyLong()))
        .thenReturn(new Answer.Replied(new PassiveReply.Text("hello")));

    String answer = text(post(CallbackMode.PLAIN, PLAIN, textMessage("hi")));

    assertThat(Fields.read(answer.getBytes(UTF_8)).values())
        .containsEntry("Content", "hello")
        .containsEntry("ToUserName", "oA");
  }

  @Test
  void compatibleModeTakesBothAndBelievesTheEncryptedPart() throws Exception {
    when(replies.answer(any(), anyLong()))
        .thenReturn(new Answer.Replied(new PassiveReply.Text("hello")));
    String forged =
        "{\"ToUserName\":\"gh_1\",\"FromUserName\":\"oForged\",\"CreateTime\":1,\"MsgType\":\"text\",\"Content\":\"forged\",\"MsgId\":1,\"Encrypt\":\"%s\"}"
            .formatted(Vectors.V3_ENCRYPT);

    String encrypted = text(post(CallbackMode.COMPATIBLE, V3_QUERY, forged));
    String plain = text(post(CallbackMode.COMPATIBLE, PLAIN, textMessage("hi")));

    ArgumentCaptor<WeChatMessage> messages = ArgumentCaptor.forClass(WeChatMessage.class);
    verify(replies, times(2)).answer(messages.capture(), anyLong());
    assertThat(messages.getAllValues())
        .extracting(WeChatMessage::fromUser)
        .containsExactly("o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "oA");
    assertThat(Fields.read(encrypted.getBytes(UTF_8)).find("Encrypt")).isNotNull();
    assertThat(Fields.read(plain.getBytes(UTF_8)).find("Content")).isEqualTo("hello");
  }

  @Test
  void safeModeRefusesWhatIsNotEncrypted() {
    refuses(Refusal.NOT_ENCRYPTED, CallbackMode.SAFE, PLAIN, textMessage("hi"));
    refuses(
        Refusal.NOT_ENCRYPTED, CallbackMode.SAFE, PLAIN + "&encrypt_type=raw", textMessage("hi"));
    refuses(Refusal.UNREADABLE, CallbackMode.SAFE, V3_QUERY, textMessage("hi"));
  }

  @Test
  void refusesWhatIsNotSigned() {
    String body = textMessage("hi");
    refuses(Refusal.SIGNATURE, CallbackMode.PLAIN, PLAIN.replace("6c5c", "6c5d"), body);
    refuses(Refusal.SIGNATURE, CallbackMode.COMPATIBLE, PLAIN.replace("6c5c", "6c5d"), body);
    refuses(Refusal.QUERY, CallbackMode.PLAIN, PLAIN.replace("signature", "sig"), body);
    refuses(Refusal.SIGNATURE, CallbackMode.SAFE, V7_QUERY, V3_BODY);
    refuses(
        Refusal.SIGNATURE,
        CallbackMode.SAFE,
        V3_QUERY.replace(Vectors.V3_MSG_SIGNATURE, Vectors.V3_SIGNATURE),
        V3_BODY);
    refuses(
        Refusal.QUERY, CallbackMode.SAFE, V3_QUERY.replace("msg_signature", "msg_sig"), V3_BODY);
  }

  @Test
  void refusesAnotherAccountsMessageEvenIfItIsSigned() throws Exception {
    AccountCallback other =
        new AccountCallback(
            "mall",
            CallbackMode.SAFE,
            new Secret(Vectors.TOKEN),
            new MessageCrypto(Vectors.KEY, "wx0000000000000000"));

    assertThatThrownBy(
            () ->
                requests.answer(
                    other, CallbackQuery.parse(V3_QUERY), V3_BODY.getBytes(UTF_8), ARRIVED))
        .hasFieldOrPropertyWithValue("reason", Refusal.ENCRYPTION);
  }

  private static String textMessage(String content) {
    return "<xml><ToUserName>gh_1</ToUserName><FromUserName>oA</FromUserName><CreateTime>1714112445</CreateTime><MsgType>text</MsgType><Content>%s</Content><MsgId>7</MsgId></xml>"
        .formatted(content);
  }

  private CallbackAnswer post(CallbackMode mode, String query, String body) throws Exception {
    return requests.answer(
        callback(mode), CallbackQuery.parse(query), body.getBytes(UTF_8), ARRIVED);
  }

  private void refuses(Refusal reason, CallbackMode mode, String query, String body) {
    assertThatThrownBy(() -> post(mode, query, body))
        .isInstanceOf(RefusedException.class)
        .hasFieldOrPropertyWithValue("reason", reason);
  }

  private static AccountCallback callback(CallbackMode mode) {
    return new AccountCallback("mall", mode, new Secret(Vectors.TOKEN), Vectors.crypto());
  }

  private static String text(CallbackAnswer answer) {
    return ((CallbackAnswer.Body) answer).text();
  }
}
