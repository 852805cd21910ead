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
            CredentialKind.JSAPI_TICKET, this::fetchFromWeChat, store, lock, properties, clock);
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

  private Credential fetchFromWeChat(SenderAccount account)
      throws TokenUnavailableException,
          TokenRefusedException,
          WeChatRefusedException,
          InterruptedException {
    try {
      TicketReply reply = calls.call(account, wechat::fetchJsapiTicket);
      return new Credential(reply.ticket(), reply.expiresIn());
    } catch (IOException e) {
      throw new TokenUnavailableException(
          "WeChat's ticket call is away, account=" + account.id(), e);
    }
  }
}
