package io.hongyan.sender;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.common.message.PushMessage;
import io.hongyan.common.message.PushMessage.TemplateValue;
import io.hongyan.common.secret.Secret;
import io.hongyan.sender.account.SenderAccount;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages and accounts as the tests of every package need them. */
public final class Samples {

  /** The app secret of {@link #account}. */
  public static final String SECRET = "0123456789abcdef0123456789abcdef";

  /** The WeChat template of {@link #message}; its one field is {@code thing1}. */
  public static final String WECHAT_TEMPLATE = "bHMjiPxSwMyxFQpjqNWKRzeOGIZNFyXyvCGSiyXlFmM";

  private Samples() {}

  /** A message of account {@code mall} to a follower. */
  public static PushMessage message(BatchId batch, int seq) {
    return message(batch, seq, "mall");
  }

  /** A message of that account to a follower. */
  public static PushMessage message(BatchId batch, int seq, String account) {
    return message(batch, seq, account, "o" + seq, null);
  }

  /** A message to that openid. */
  public static PushMessage message(
      BatchId batch, int seq, String account, String openid, @Nullable Instant expireAt) {
    return new PushMessage(
        new MessageId(batch, seq),
        account,
        "order-paid",
        WECHAT_TEMPLATE,
        openid,
        "order-" + seq,
        "https://example.com/orders/" + seq,
        null,
        Map.of("thing1", new TemplateValue("耳机🎧", null)),
        expireAt,
        0,
        0,
        false);
  }

  /** An open account without a rate. */
  public static SenderAccount account(String id, String appId) {
    return new SenderAccount(
        id, appId, new Secret(SECRET), null, 200, true, false, null, null, null, null);
  }
}
