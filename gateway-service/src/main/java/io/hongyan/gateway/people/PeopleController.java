package io.hongyan.gateway.people;

import io.hongyan.common.message.PushMessage;
import io.hongyan.gateway.account.AccountRegistry;
import io.hongyan.gateway.people.PersonErasure.Erasure;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.ProblemException;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code DELETE /v1/people}: forgets a person, for admins. */
@RestController
class PeopleController {

  private static final Pattern OPENID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private final PersonErasure erasure;
  private final AccountRegistry accounts;

  PeopleController(PersonErasure erasure, AccountRegistry accounts) {
    this.erasure = erasure;
    this.accounts = accounts;
  }

  @DeleteMapping("/v1/people")
  Erasure erase(ApiKey key, @RequestParam String account, @RequestParam String openid) {
    key.require(Scope.ADMIN);
    if (!key.mayUse(account) || accounts.findAccount(account).isEmpty()) {
      throw ProblemException.notFound("There is no account '%s'".formatted(account));
    }
    if (!OPENID.matcher(openid).matches() || openid.equals(PushMessage.ERASED_OPENID)) {
      throw ProblemException.invalid("openid must be 1 to 64 of A-Z, a-z, 0-9, '_' and '-'");
    }
    return erasure.erase(key.id(), account, openid);
  }
}
