package io.hongyan.gateway.callback;

import com.github.f4b6a3.tsid.TsidCreator;
import io.hongyan.common.callback.DeliveryReceipt;
import io.hongyan.gateway.callback.RequestGuard.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * A request of WeChat's from its signature to its answer: verified, decrypted, read, looked up for
 * replays, then handed to the queue (a receipt) or to the handlers (anything else). The database is
 * not asked. Thread-safe.
 */
@Component
class CallbackRequests {

  /** Stands where a message has its key; no message has this one. */
  private static final String VERIFICATION = "verification";

  private final RequestGuard guard;
  private final PassiveReplies replies;
  private final CallbackQueue queue;
  private final ReplyWriter writer;
  private final Clock clock;
  private final long longestWaitNanos;

  CallbackRequests(
      RequestGuard guard,
      PassiveReplies replies,
      CallbackQueue queue,
      ReplyWriter writer,
      Clock clock,
      CallbackProperties properties) {
    this.guard = guard;
    this.replies = replies;
    this.queue = queue;
    this.writer = writer;
    this.clock = clock;
    this.longestWaitNanos = properties.giveUpAfter().toNanos();
  }

  /**
   * What WeChat's verification of the address is answered with (wechat-api 6.1). It may come again
   * with its nonce.
   */
  String verify(AccountCallback callback, CallbackQuery query) throws RefusedException {
    requireSigned(callback, query);
    // A plain post is signed in the same way: whoever sees this address must not be able to post
    // with it.
    Verdict verdict = guard.judge(callback.account(), query.second(), query.nonce(), VERIFICATION);
    if (verdict == Verdict.STALE || verdict == Verdict.REPLAYED) {
      throw refused(verdict);
    }
    return query
        .echo()
        .orElseThrow(() -> new RefusedException(Refusal.QUERY, "echostr is missing"));
  }

  /**
   * What a post is answered with (wechat-api 6.2, 6.3). May be repeated: a message is handled once.
   *
   * @param arrivedNanos {@link System#nanoTime()} when it came
   */
  CallbackAnswer answer(
      AccountCallback callback, CallbackQuery query, byte[] body, long arrivedNanos)
      throws RefusedException, InterruptedException {
    Opened opened = open(callback, query, body);
    WeChatMessage message = MessageReader.read(callback.account(), opened.fields());
    if (message.isReceipt() && callback.mode() == CallbackMode.SAFE) {
      // Its signature covers its content, so its nonce cannot bring another one; and a receipt that
      // comes again counts once, so nobody need remember it. Where plain posts are taken, too, the
      // plain signature beside it could bring one.
      return take(message, guard.isFresh(query.second()) ? Verdict.FRESH : Verdict.STALE);
    }
    Verdict verdict = guard.judge(callback.account(), query.second(), query.nonce(), message.key());
    if (message.isReceipt()) {
      return take(message, verdict);
    }
    return switch (answer(message, verdict, arrivedNanos)) {
      case Answer.Replied replied -> write(callback, opened, message, replied.reply());
      case Answer.Nothing nothing -> CallbackAnswer.Body.success();
      case Answer.Withheld withheld -> new CallbackAnswer.Withheld();
    };
  }

  private static Opened open(AccountCallback callback, CallbackQuery query, byte[] body)
      throws RefusedException {
    Optional<MessageCrypto> decrypter =
        query.isEncrypted() ? callback.decrypter() : Optional.empty();
    if (decrypter.isPresent()) {
      return decrypt(callback, query, body, decrypter.get());
    }
    if (callback.mode() == CallbackMode.SAFE) {
      throw new RefusedException(Refusal.NOT_ENCRYPTED, "not encrypted");
    }
    requireSigned(callback, query);
    Fields fields = Fields.read(body);
    return new Opened(fields, fields.format(), null);
  }

  private static void requireSigned(AccountCallback callback, CallbackQuery query)
      throws RefusedException {
    if (!callback.isSigned(query.signature(), query.timestamp(), query.nonce())) {
      throw notSigned();
    }
  }

  private static Opened decrypt(
      AccountCallback callback, CallbackQuery query, byte[] body, MessageCrypto crypto)
      throws RefusedException {
    Fields envelope = Fields.read(body);
    @Nullable String encrypted = envelope.find("Encrypt");
    if (encrypted == null) {
      throw new RefusedException(Refusal.UNREADABLE, "Encrypt is missing");
    }
    if (!callback.isSigned(query.messageSignature(), query.timestamp(), query.nonce(), encrypted)) {
      throw notSigned();
    }
    return new Opened(Fields.read(crypto.decrypt(encrypted)), envelope.format(), crypto);
  }

  private static RefusedException notSigned() {
    return new RefusedException(Refusal.SIGNATURE, "not signed with the account's token");
  }

  private CallbackAnswer take(WeChatMessage receipt, Verdict verdict)
      throws RefusedException, InterruptedException {
    if (verdict == Verdict.REPLAYED || verdict == Verdict.STALE) {
      throw refused(verdict);
    }
    // Taken twice it counts once, so a retry needs no memory of the first.
    DeliveryReceipt taken =
        new DeliveryReceipt(
            TsidCreator.getTsid().toLong(),
            clock.instant(),
            receipt.account(),
            receipt.fromUser(),
            MessageReader.receiptMsgid(receipt),
            receipt.fields().getOrDefault("Status", "").strip(),
            receipt.createTime());
    try {
      queue.publish(taken).get(longestWaitNanos, TimeUnit.NANOSECONDS);
      return CallbackAnswer.Body.success();
    } catch (ExecutionException | TimeoutException e) {
      return new CallbackAnswer.Unavailable();
    }
  }

  private Answer answer(WeChatMessage message, Verdict verdict, long arrivedNanos)
      throws RefusedException {
    if (verdict == Verdict.FRESH || verdict == Verdict.RETRY) {
      return replies.answer(message, arrivedNanos);
    }
    Optional<Answer> known = replies.answerIfKnown(message, arrivedNanos);
    if (known.isEmpty()) {
      throw refused(verdict);
    }
    return known.get();
  }

  private static RefusedException refused(Verdict verdict) {
    return verdict == Verdict.STALE
        ? new RefusedException(Refusal.STALE, "too old or too new")
        : new RefusedException(Refusal.REPLAY, "the nonce was used");
  }

  private CallbackAnswer write(
      AccountCallback callback, Opened opened, WeChatMessage message, PassiveReply reply) {
    String plain = writer.write(opened.fields().format(), message, reply);
    @Nullable MessageCrypto crypto = opened.crypto();
    return CallbackAnswer.Body.of(
        opened.envelope(),
        crypto == null
            ? plain
            : writer.seal(
                opened.envelope(), callback, crypto, plain.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * A request's content.
   *
   * @param envelope the format of the body itself
   * @param crypto what it was decrypted with; null = it came in plain
   */
  private record Opened(Fields fields, MessageFormat envelope, @Nullable MessageCrypto crypto) {}
}
