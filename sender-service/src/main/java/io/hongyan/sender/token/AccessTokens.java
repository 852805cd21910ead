package io.hongyan.sender.token;

import io.hongyan.common.secret.Secret;
import io.hongyan.common.wechat.WeChatError;
import io.hongyan.common.wechat.WeChatError.Reaction;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.wechat.AccessToken;
import io.hongyan.sender.wechat.WeChatClient;
import io.hongyan.sender.wechat.WeChatClient.TokenReply;
import io.hongyan.sender.wechat.WeChatRefusedException;
import java.io.IOException;
import java.time.Clock;
import org.springframework.stereotype.Component;

/**
 * The access token of an account, shared as {@link SharedCredentials} says. Thread-safe; waits on
 * the calling (virtual) thread.
 */
@Component
public class AccessTokens {

  private final WeChatClient wechat;
  private final TokenProperties properties;
  private final SharedCredentials shared;

  AccessTokens(
      TokenStore store,
      TokenLock lock,
      WeChatClient wechat,
      TokenProperties properties,
      Clock clock) {
    this.wechat = wechat;
    this.properties = properties;
    this.shared =
        new SharedCredentials(
            CredentialKind.TOKEN, this::fetchFromWeChat, store, lock, properties, clock);
  }

  /**
   * A token that is good as far as anyone here knows.
   *
   * @throws TokenUnavailableException when Redis or WeChat's token call is away or the deadline
   *     passed
   * @throws TokenRefusedException when WeChat refuses this account a token: wrong secret, IP,
   *     frozen …
   */
  public AccessToken fetchToken(SenderAccount account)
      throws TokenUnavailableException, TokenRefusedException, InterruptedException {
    return new AccessToken(fetch(account).reveal());
  }

  /** The same with how long it lives yet. */
  public Credential fetch(SenderAccount account)
      throws TokenUnavailableException, TokenRefusedException, InterruptedException {
    try {
      return shared.fetch(account);
    } catch (WeChatRefusedException e) {
      throw neverPassedOn(e);
    }
  }

  /**
   * Another token after WeChat refused this one: drops the failed token, here and in Redis, only if
   * it is still the one in use, and fetches again. WeChat may hand out the same token once more;
   * the caller compares, and an equal one is a failed refresh.
   *
   * @throws TokenUnavailableException as for {@link #fetchToken}
   * @throws TokenRefusedException as for {@link #fetchToken}
   */
  public AccessToken refreshToken(SenderAccount account, AccessToken failed)
      throws TokenUnavailableException, TokenRefusedException, InterruptedException {
    return new AccessToken(refresh(account, failed).reveal());
  }

  /** The same with how long it lives. */
  public Credential refresh(SenderAccount account, AccessToken failed)
      throws TokenUnavailableException, TokenRefusedException, InterruptedException {
    try {
      return shared.replace(account, failed.reveal());
    } catch (WeChatRefusedException e) {
      throw neverPassedOn(e);
    }
  }

  private Credential fetchFromWeChat(SenderAccount account)
      throws TokenUnavailableException, TokenRefusedException {
    Secret secret = account.appSecret();
    if (secret == null) {
      throw new TokenRefusedException(
          null, "the app secret cannot be decrypted with this HONGYAN_MASTER_KEY", null);
    }
    try {
      TokenReply reply =
          wechat.fetchToken(
              account.appId(), secret, properties.source() == TokenProperties.Source.STABLE_TOKEN);
      return new Credential(reply.token().reveal(), reply.expiresIn());
    } catch (IOException e) {
      throw new TokenUnavailableException(
          "WeChat's token call is away, account=" + account.id(), e);
    } catch (WeChatRefusedException e) {
      if (needsAPerson(e.errcode())) {
        throw new TokenRefusedException(
            e.errcode(), "errcode %d: %s".formatted(e.errcode(), e.errmsg()), e);
      }
      throw new TokenUnavailableException("token refused for now, account=" + account.id(), e);
    }
  }

  // From the token call itself 40001 means a wrong secret and 40013 a wrong appid (wechat-api 1.3).
  private static boolean needsAPerson(int errcode) {
    return errcode == WeChatError.INVALID_CREDENTIAL.code()
        || errcode == WeChatError.INVALID_APPID.code()
        || WeChatError.of(errcode).filter(error -> error.reaction() == Reaction.GATE).isPresent();
  }

  /** {@link #fetchFromWeChat} tells the refusals apart itself. */
  private static IllegalStateException neverPassedOn(WeChatRefusedException e) {
    return new IllegalStateException("a refusal of the token call was passed on", e);
  }
}
