package io.hongyan.gateway.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/**
 * Any text as any field's value: it fits, is refused with a reason, or is cut into one that fits.
 */
class FieldRuleFuzz {

  private static final FieldType[] TYPES = FieldType.values();

  /** The first byte chooses the field's type, the others are the value in UTF-8. */
  @FuzzTest
  void cutsOnlyIntoWhatFits(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    FieldType type = TYPES[(bytes[0] & 0xff) % TYPES.length];
    TemplateField field = new TemplateField(type.text() + "1", type);
    String value = new String(bytes, 1, bytes.length - 1, StandardCharsets.UTF_8);

    FieldCheck strict = FieldRule.check(field, value, false);
    FieldCheck lenient = FieldRule.check(field, value, true);

    assertThat(strict).isNotInstanceOf(FieldCheck.Shortened.class);
    switch (lenient) {
      case FieldCheck.Fits fits -> assertThat(strict).isEqualTo(fits);
      case FieldCheck.Refused refused -> {
        assertThat(strict).isEqualTo(refused);
        assertThat(refused.reason()).isIn("empty-value", "too-long", "invalid-value");
        assertThat(refused.detail()).startsWith(field.name()).hasSizeLessThan(200);
      }
      case FieldCheck.Shortened shortened -> {
        assertThat(strict).isInstanceOf(FieldCheck.Refused.class);
        assertThat(FieldRule.check(field, shortened.value(), false))
            .isInstanceOf(FieldCheck.Fits.class);
        String kept = shortened.value().substring(0, shortened.value().length() - 1);
        assertThat(value).startsWith(kept);
      }
    }
  }
}
