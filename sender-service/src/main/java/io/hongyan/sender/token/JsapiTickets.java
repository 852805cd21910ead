package io.hongyan.sender.token;

import io.hongyan.sender.account.SenderAccount;
import io.hongyan.sender.wechat.AccountCalls;
import io.hongyan.sender.wechat.AccountCalls.TicketReply;
import io.hongyan.sender.wechat.WeChatRefusedException;
import java.io.IOException;
import java.time.Clock;
import org.springframework.stereotype.Component;

/**
 * The ticket with which an account's web pages sign their use of WeChat's JavaScript, shared like
 * the access token. Thread-safe; waits on the calling (virtual) thread.
 */
@Component
public class JsapiTickets {

  private final TokenCalls calls;
  private final AccountCalls wechat;
  private final SharedCredentials shared;

  JsapiTickets(
      TokenStore store,
      TokenLock lock,
      TokenCalls calls,
      AccountCalls wechat,
      TokenProperties properties,
      Clock clock) {
    this.calls = calls;
    this.wechat = wechat;
    this.shared =
        new SharedCredentials(
            CredentialKind.JSAPI_TICKET, new FromWeChat(), store, lock, properties, clock);
  }

  /**
   * A ticket that is good as far as anyone here knows.
   *
   * @throws TokenUnavailableException when Redis or WeChat is away or the deadline passed
   * @throws TokenRefusedException when WeChat refuses this account the token that it takes
   * @throws WeChatRefusedException when WeChat refuses the ticket
   */
  public Credential fetch(SenderAccount account)
      throws TokenUnavailableException,
          TokenRefusedException,
          WeChatRefusedException,
          InterruptedException {
    return shared.fetch(account);
  }

  private <T> T call(SenderAccount account, TokenCalls.Call<T> call)
      throws TokenUnavailableException,
          TokenRefusedException,
          WeChatRefusedException,
          InterruptedException {
    try {
      return calls.call(account, call);
    } catch (IOException e) {
      throw new TokenUnavailableException(
          "WeChat's ticket call is away, account=" + account.id(), e);
    }
  }

  private final class FromWeChat implements SharedCredentials.Source {

    @Override
    public void prepare(SenderAccount account)
        throws TokenUnavailableException,
            TokenRefusedException,
            WeChatRefusedException,
            InterruptedException {
      // A call that needs nothing but its token, which is known here afterwards.
      call(account, token -> true);
    }

    @Override
    public Credential fetch(SenderAccount account)
        throws TokenUnavailableException,
            TokenRefusedException,
            WeChatRefusedException,
            InterruptedException {
      TicketReply reply = call(account, wechat::fetchJsapiTicket);
      return new Credential(reply.ticket(), reply.expiresIn());
    }
  }
}
