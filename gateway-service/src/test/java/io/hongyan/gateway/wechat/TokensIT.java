package io.hongyan.gateway.wechat;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.secret.InternalKey;
import io.hongyan.common.secret.Secret;
import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Handing out tokens and tickets, against a real database and a stub sender. */
@ExtendWith(OutputCaptureExtension.class)
class TokensIT {

  private static final String TOKEN = "84_S3cretT0ken";
  private static final String OLD = "83_S3cretOldT0ken";
  private static final String TICKET = "S3cretT1cket";
  private static final String TOKEN_ANSWER =
      "{\"accessToken\":\"%s\",\"expiresIn\":6543}".formatted(TOKEN);
  private static final String REFUSED = "{\"accessToken\":\"%s\"}".formatted(OLD);

  private final StubSender sender = StubSender.shared();
  private final RunningGateway gateway = sender.gateway();

  @BeforeAll
  static void accounts() {
    for (String account :
        new String[] {"w-token", "w-ticket", "w-quiet", "w-refusal", "w-scope", "w-away"}) {
      StubSender.shared().gateway().createAccount(account);
    }
  }

  @Test
  void handsOutTheTokenAndNotesIt() {
    sender.answer("GET", "w-token", "access-token", 200, TOKEN_ANSWER);
    sender.answer("POST", "w-token", "access-token/refused", 200, TOKEN_ANSWER);
    String key = gateway.createKey("[\"token\"]", "[\"w-token\"]");

    Answer read = gateway.call(key, "GET", "/v1/accounts/w-token/access-token", null);
    Answer another =
        gateway.call(key, "POST", "/v1/accounts/w-token/access-token/refused", REFUSED);

    assertThat(read.status()).as(read.text()).isEqualTo(200);
    assertThat(read.text()).isEqualTo(TOKEN_ANSWER);
    assertThat(read.header("Cache-Control")).contains("no-store");
    assertThat(another.text()).isEqualTo(TOKEN_ANSWER);
    assertThat(another.header("Cache-Control")).contains("no-store");
    assertThat(sender.asked("w-token").stream().map(StubSender.Asked::what))
        .containsExactly("GET access-token", "POST access-token/refused " + REFUSED);
    assertThat(sender.asked("w-token").getFirst().authorization())
        .isEqualTo(
            InternalKey.ofMasterKey(new Secret(Base64.getEncoder().encodeToString(new byte[32])))
                .header()
                .reveal());
    assertThat(
            Database.rows(
                "select action, actor like 'key-%', detail::text from audit_log where subject = 'account/w-token' and action like 'token.%' order by id"))
        .containsExactly(
            List.of("token.read", "true", "{}"), List.of("token.refused", "true", "{}"));
  }

  @Test
  void handsOutTheTicketAndNotesIt() {
    sender.answer(
        "GET",
        "w-ticket",
        "jsapi-ticket",
        200,
        "{\"ticket\":\"%s\",\"expiresIn\":7200}".formatted(TICKET));

    Answer read = gateway.admin("GET", "/v1/accounts/w-ticket/jsapi-ticket", null);

    assertThat(read.text()).isEqualTo("{\"ticket\":\"S3cretT1cket\",\"expiresIn\":7200}");
    assertThat(read.header("Cache-Control")).contains("no-store");
    assertThat(
            Database.count(
                "audit_log where subject = 'account/w-ticket' and action = 'ticket.read' and actor = 'admin'"))
        .isEqualTo(1);
  }

  @Test
  void nothingOfItReachesTheLogWhateverItsLevel(CapturedOutput output) {
    sender.answer("GET", "w-quiet", "access-token", 200, TOKEN_ANSWER);
    sender.answer("POST", "w-quiet", "access-token/refused", 200, TOKEN_ANSWER);
    sender.answer(
        "GET", "w-quiet", "jsapi-ticket", 200, "{\"ticket\":\"S3cretT1cket\",\"expiresIn\":72}");
    LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
    List<String> loggers = List.of("org.springframework.web", "io.hongyan", "jdk.httpclient");

    loggers.forEach(logger -> logging.setLogLevel(logger, LogLevel.TRACE));
    try {
      gateway.admin("GET", "/v1/accounts/w-quiet/access-token", null);
      gateway.admin("POST", "/v1/accounts/w-quiet/access-token/refused", REFUSED);
      gateway.admin("GET", "/v1/accounts/w-quiet/jsapi-ticket", null);
      sender.answer("GET", "w-quiet", "access-token", 200, "{\"accessToken\":\"" + TOKEN);
      gateway.admin("GET", "/v1/accounts/w-quiet/access-token", null);
      sender.answer("GET", "w-quiet", "access-token", 500, TOKEN_ANSWER);
      gateway.admin("GET", "/v1/accounts/w-quiet/access-token", null);
      sender.breakOff("GET", "w-quiet", "access-token");
      gateway.admin("GET", "/v1/accounts/w-quiet/access-token", null);
    } finally {
      loggers.forEach(logger -> logging.setLogLevel(logger, null));
    }

    assertThat(output)
        .contains("/v1/accounts/w-quiet/access-token")
        .doesNotContain("S3cret")
        .doesNotContain(sender.asked("w-quiet").getFirst().authorization());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "422 | {\"errcode\":40164,\"errmsg\":\"invalid ip rid: 1-2\"} | 422 | wechat-refused",
        "503 | {\"error\":\"WeChat did not answer\"}                   | 503 | wechat-away",
        "404 | {}                                                     | 404 | not-found",
        "401 | {}                                                     | 502 | sender-refuses",
        "200 | {\"accessToken\":\"84_S3cretT0ken\"}                    | 502 | sender-answer",
      })
  void whatTheSenderCannotDoIsAProblemAndNoHandOut(
      int status, String body, int shown, String problem) {
    sender.answer("GET", "w-refusal", "access-token", status, body);

    Answer refused = gateway.admin("GET", "/v1/accounts/w-refusal/access-token", null);

    assertThat(refused.status()).as(refused.text()).isEqualTo(shown);
    assertThat(refused.problem()).isEqualTo(problem);
    assertThat(refused.header("Retry-After").isPresent()).isEqualTo(shown == 503);
    assertThat(refused.text()).doesNotContain("S3cret");
    assertThat(
            Database.count(
                "audit_log where subject = 'account/w-refusal' and action like 'token%'"))
        .isZero();
  }

  @Test
  void aRefusalHasWeChatsWordsAndAdvice() {
    sender.refuse("GET", "w-refusal", "jsapi-ticket", 40164);

    Answer refused = gateway.admin("GET", "/v1/accounts/w-refusal/jsapi-ticket", null);

    FailedCalls.assertRefused(refused, 40164, "whitelist");
  }

  @Test
  void noSenderIs503WithRetryAfter() {
    sender.breakOff("GET", "w-away", "access-token");

    Answer away = gateway.admin("GET", "/v1/accounts/w-away/access-token", null);

    assertThat(away.status()).isEqualTo(503);
    assertThat(away.problem()).isEqualTo("sender-away");
    assertThat(away.header("Retry-After")).isPresent();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,  access-token,         ",
    "POST, access-token/refused, '{\"accessToken\":\"x\"}'",
    "GET,  jsapi-ticket,         "
  })
  void onlyKeysOfTheScopeAndTheAccountGetThem(String method, String path, @Nullable String body) {
    String reader = gateway.createKey("[\"read\",\"send\"]", "[\"w-scope\"]");
    String foreign = gateway.createKey("[\"token\"]", "[\"w-other\"]");
    String target = "/v1/accounts/w-scope/" + path;

    Answer wrongScope = gateway.call(reader, method, target, body);
    Answer wrongAccount = gateway.call(foreign, method, target, body);
    Answer noAccount = gateway.admin(method, "/v1/accounts/w-does-not-exist/" + path, body);

    assertThat(gateway.call(null, method, target, body).status()).isEqualTo(401);
    assertThat(wrongScope.status()).isEqualTo(403);
    assertThat(wrongScope.text()).contains("token");
    assertThat(wrongAccount.status()).isEqualTo(404);
    assertThat(noAccount.status()).isEqualTo(404);
    assertThat(wrongAccount.text().replace("w-scope", ""))
        .isEqualTo(noAccount.text().replace("w-does-not-exist", ""));
    assertThat(sender.asked("w-scope")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"accessToken\":5}",
        "{\"token\":\"x\"}",
        "{\"accessToken\":\"x\",\"accessToken\":\"y\"}",
        "\"x\"",
        ""
      })
  void doesNotReadAMistypedRefusedToken(String body) {
    assertThat(refused(body).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"accessToken\":\"\"}", "{\"accessToken\":\"a b\"}"})
  void aRefusedTokenThatCannotBeOneIs422(String body) {
    assertThat(refused(body).status()).isEqualTo(422);
  }

  private Answer refused(String body) {
    return gateway.admin("POST", "/v1/accounts/w-scope/access-token/refused", body);
  }
}
