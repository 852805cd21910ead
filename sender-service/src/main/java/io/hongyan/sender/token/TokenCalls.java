package io.hongyan.sender.token;

import io.hongyan.common.wechat.WeChatError;
import io.hongyan.common.wechat.WeChatError.Reaction;
import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.wechat.AccessToken;
import io.hongyan.sender.wechat.AccountCallException;
import io.hongyan.sender.wechat.WeChatRefusedException;
import java.io.IOException;
import org.springframework.stereotype.Component;

/**
 * Makes calls about an account, other than sends, with its access token. When WeChat refuses the
 * token, which means that it did nothing, the call is made once more with another. Thread-safe.
 */
@Component
public class TokenCalls {

  /** One call to WeChat. */
  @FunctionalInterface
  public interface Call<T> {
    T make(AccessToken token) throws IOException, WeChatRefusedException;
  }

  /** One call that WeChat answers with nothing but that it is done. */
  @FunctionalInterface
  public interface Command {
    void make(AccessToken token) throws IOException, WeChatRefusedException;
  }

  private final AccessTokens tokens;

  TokenCalls(AccessTokens tokens) {
    this.tokens = tokens;
  }

  /**
   * Makes the call.
   *
   * @throws TokenUnavailableException as for {@link AccessTokens#fetchToken}
   * @throws TokenRefusedException as for {@link AccessTokens#fetchToken}
   * @throws WeChatRefusedException when WeChat answered with an errcode
   * @throws IOException when no readable answer came; WeChat may have acted
   */
  public <T> T call(SenderAccount account, Call<T> call)
      throws TokenUnavailableException,
          TokenRefusedException,
          WeChatRefusedException,
          IOException,
          InterruptedException {
    AccessToken token = tokens.fetchToken(account);
    try {
      return call.make(token);
    } catch (WeChatRefusedException e) {
      if (!isAboutTheToken(e)) {
        throw e;
      }
      AccessToken other = tokens.refreshToken(account, token);
      if (other.equals(token)) {
        throw e;
      }
      return call.make(other);
    }
  }

  /**
   * Makes a call without an answer.
   *
   * @throws AccountCallException as for {@link #call}
   * @throws IOException as for {@link #call}; WeChat may have acted
   */
  public void run(SenderAccount account, Command command)
      throws AccountCallException, IOException, InterruptedException {
    call(
        account,
        token -> {
          command.make(token);
          return true;
        });
  }

  private static boolean isAboutTheToken(WeChatRefusedException refused) {
    return WeChatError.of(refused.errcode())
        .filter(error -> error.reaction() == Reaction.REFRESH_TOKEN)
        .isPresent();
  }
}
