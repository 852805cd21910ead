package io.hongyan.gateway.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.gateway.web.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a run submits. */
class RunBodyTest {

  private static final Instant DUE = Instant.parse("2026-12-01T01:00:00Z");
  private static final String PLAIN =
      "{'account':'mall','template':'sale','audience':{'tag':'vip'},'data':{'thing1':'x'}}";

  @Test
  void aRunExpiresSoLongAfterItWasDue() {
    RunBody body = RunBody.of(json(PLAIN.replace("}}", "},'expireAfter':'PT6H'}")));

    JsonNode submitted = json(text(body.at(DUE)));

    assertThat(submitted.get("expireAt").stringValue()).isEqualTo("2026-12-01T07:00:00Z");
    assertThat(submitted.has("expireAfter")).isFalse();
    assertThat(body.at(DUE)).isEqualTo(body.at(DUE));
    assertThat(body.isExpired(DUE, Instant.parse("2026-12-01T06:59:59Z"))).isFalse();
    assertThat(body.isExpired(DUE, Instant.parse("2026-12-01T07:00:00Z"))).isTrue();
    RunBody unlimited = RunBody.of(json(PLAIN));
    assertThat(json(text(unlimited.at(DUE))).has("expireAt")).isFalse();
    assertThat(unlimited.isExpired(DUE, DUE.plusSeconds(1_000_000))).isFalse();
  }

  @Test
  void otherSettingsReplaceTheStoredOnesAndNullTakesThemAway() {
    RunBody body =
        RunBody.of(json(PLAIN.replace("}}", "},'url':'https://a','priority':'urgent'}")));

    RunBody other = body.with(json("{'url':null,'audience':{'all':true},'data':{'thing2':'y'}}"));

    JsonNode submitted = json(text(other.at(DUE)));
    assertThat(submitted.get("url").isNull()).isTrue();
    assertThat(submitted.get("priority").stringValue()).isEqualTo("urgent");
    assertThat(submitted.get("audience").toString()).isEqualTo("{\"all\":true}");
    assertThat(submitted.get("data").toString()).isEqualTo("{\"thing2\":\"y\"}");
    assertThat(text(body.at(DUE))).as("the stored one stays").contains("vip");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "recipients | [] | BAD_REQUEST | audience",
        "sendAt | '2026-12-01T09:00:00Z' | BAD_REQUEST | due",
        "expireAt | '2026-12-01T09:00:00Z' | BAD_REQUEST | expireAfter",
        "expireAfter | 'six hours' | BAD_REQUEST | PT6H",
        "expireAfter | 6 | BAD_REQUEST | PT6H",
        "expireAfter | 'PT0S' | UNPROCESSABLE_CONTENT | above zero",
        "expireAfter | 'P366D' | UNPROCESSABLE_CONTENT | 365",
        "audience | null | UNPROCESSABLE_CONTENT | audience",
        "account | 7 | UNPROCESSABLE_CONTENT | account",
      },
      quoteCharacter = '"')
  void refusesWhatARunCannotHave(String name, String value, HttpStatus status, String word) {
    String json = "{'account':'mall','audience':{'all':true},'%s':%s}".formatted(name, value);
    // A name given twice would not be read at all.
    JsonNode body =
        json(
            json.replace("'account':'mall',", name.equals("account") ? "" : "'account':'mall',")
                .replace(
                    "'audience':{'all':true},",
                    name.equals("audience") ? "" : "'audience':{'all':true},"));

    assertThatThrownBy(() -> RunBody.of(body))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> {
              assertThat(problem.status()).isEqualTo(status);
              assertThat(problem).hasMessageContaining(word);
            });
  }

  @Test
  void aRunStaysWithTheAccountOfItsSchedule() {
    RunBody body = RunBody.of(json(PLAIN));

    assertThatThrownBy(() -> body.with(json("{'account':'other'}")))
        .isInstanceOf(ProblemException.class);
    assertThat(body.with(json("{'account':'mall'}")).account()).isEqualTo("mall");
    assertThatThrownBy(() -> body.with(json("[1]"))).isInstanceOf(ProblemException.class);
    assertThatThrownBy(() -> body.with(json("{'sendAt':'x'}")))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void halfOfASurrogatePairIsStoredAsItIsSubmitted() {
    RunBody body = RunBody.of(json(PLAIN.replace("'x'", "'\\ud83d'")));

    assertThat(body.stored()).contains("\"?\"");
    assertThat(text(RunBody.ofStored(body.stored()).at(DUE))).isEqualTo(text(body.at(DUE)));
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"'));
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
