package io.hongyan.sender.internal;

import io.hongyan.sender.token.AccessTokens;
import io.hongyan.sender.token.Credential;
import io.hongyan.sender.token.JsapiTickets;
import io.hongyan.sender.token.TokenRefusedException;
import io.hongyan.sender.token.TokenUnavailableException;
import io.hongyan.sender.wechat.AccessToken;
import io.hongyan.sender.wechat.WeChatRefusedException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The token broker: hands an account's token and ticket to the gateway. */
@RestController
@RequestMapping("/internal/accounts/{id}")
class TokenController {

  private final CalledAccounts accounts;
  private final AccessTokens tokens;
  private final JsapiTickets tickets;

  TokenController(CalledAccounts accounts, AccessTokens tokens, JsapiTickets tickets) {
    this.accounts = accounts;
    this.tokens = tokens;
    this.tickets = tickets;
  }

  @GetMapping("/access-token")
  TokenAnswer accessToken(@PathVariable String id)
      throws TokenUnavailableException, TokenRefusedException, InterruptedException {
    return TokenAnswer.of(tokens.fetch(accounts.get(id)));
  }

  @PostMapping("/access-token/refused")
  TokenAnswer refused(@PathVariable String id, @Valid @RequestBody RefusedToken refused)
      throws TokenUnavailableException, TokenRefusedException, InterruptedException {
    return TokenAnswer.of(tokens.refresh(accounts.get(id), new AccessToken(refused.accessToken())));
  }

  @GetMapping("/jsapi-ticket")
  TicketAnswer jsapiTicket(@PathVariable String id)
      throws TokenUnavailableException,
          TokenRefusedException,
          WeChatRefusedException,
          InterruptedException {
    return TicketAnswer.of(tickets.fetch(accounts.get(id)));
  }

  /** A token that WeChat refused. */
  record RefusedToken(@NotBlank String accessToken) {
    @Override
    public String toString() {
      return "***";
    }
  }

  /**
   * The token to use.
   *
   * @param expiresIn seconds for which it may be used
   */
  record TokenAnswer(String accessToken, long expiresIn) {
    static TokenAnswer of(Credential credential) {
      return new TokenAnswer(credential.reveal(), credential.expiresIn().toSeconds());
    }

    @Override
    public String toString() {
      return "***";
    }
  }

  /**
   * The ticket to use.
   *
   * @param expiresIn seconds for which it may be used
   */
  record TicketAnswer(String ticket, long expiresIn) {
    static TicketAnswer of(Credential credential) {
      return new TicketAnswer(credential.reveal(), credential.expiresIn().toSeconds());
    }

    @Override
    public String toString() {
      return "***";
    }
  }
}
