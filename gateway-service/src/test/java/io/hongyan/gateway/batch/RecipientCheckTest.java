package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipientCheckTest {

  private final RecipientCheck strict = new RecipientCheck(Recipients.FIELDS, false);
  private final RecipientCheck shortening = new RecipientCheck(Recipients.FIELDS, true);
  private final RecipientDraft draft = new RecipientDraft(Recipients.FIELDS);

  @BeforeEach
  void aGoodRecipient() {
    draft.start(7);
    draft.openid = "oA1_-";
    draft.setValue(0, "耳机");
    draft.setValue(1, "¥1");
  }

  @Test
  void acceptsAGoodRecipient() {
    draft.ref = "order-991";
    draft.url = "https://x";
    draft.setColor(0, "#173177");

    assertThat(strict.refuse(draft)).isNull();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " oA1", "o:1", "耳机", "o\u0000", "o\n"})
  void refusesAnOpenidThatIsNone(@Nullable String openid) {
    draft.openid = openid;

    assertRefused("invalid-openid", "openid");
  }

  @Test
  void refusesTheWordThatStandsForErasedPeople() {
    draft.openid = "erased";

    assertRefused("invalid-openid", "reserved");
  }

  @Test
  void takesAnOpenidOf64AndNotOf65() {
    draft.openid = "x".repeat(64);
    assertThat(strict.refuse(draft)).isNull();

    draft.openid = "x".repeat(65);
    assertRefused("invalid-openid", "it has 65");
  }

  @Test
  void givesEachMistakeItsOwnReason() {
    assertRefused(d -> d.ref = "a\u0000b", "invalid-ref", "ref");
    assertRefused(d -> d.ref = "x".repeat(257), "invalid-ref", "it has 257");
    assertRefused(d -> d.url = "ftp://x", "invalid-url", "url");
    assertRefused(d -> d.foundUnknown("thing9"), "unknown-field", "'thing9'");
    assertRefused(d -> d.setValue(1, null), "missing-field", "amount2 has no value");
    assertRefused(d -> d.setValue(0, ""), "empty-value", "thing1 (thing) is empty");
    assertRefused(d -> d.setValue(0, "x".repeat(21)), "too-long", "at most 20");
    assertRefused(d -> d.setValue(0, "x".repeat(65_000)), "too-long", "has 65000");
    assertRefused(d -> d.setValue(1, "dear"), "invalid-value", "amount2 (amount)");
    assertRefused(d -> d.setValue(0, "a\u0000b"), "invalid-value", "NUL");
    assertRefused(d -> d.setValue(0, "\ud83c"), "invalid-value", "half a character");
    assertRefused(d -> d.setColor(0, "\u0000"), "invalid-color", "thing1");
  }

  @Test
  void shortensInTheDraftWhenAsked() {
    draft.setValue(0, "x".repeat(25));

    assertThat(shortening.refuse(draft)).isNull();

    assertThat(draft.value(0)).isEqualTo("x".repeat(19) + "…");
  }

  private void assertRefused(Consumer<RecipientDraft> mistake, String reason, String saying) {
    aGoodRecipient();
    mistake.accept(draft);
    assertRefused(reason, saying);
  }

  private void assertRefused(String reason, String saying) {
    Rejection refused = strict.refuse(draft);

    assertThat(refused).isNotNull();
    assertThat(refused.reason()).isEqualTo(reason);
    assertThat(refused.detail()).contains(saying);
    assertThat(refused.line()).isEqualTo(7);
  }
}
