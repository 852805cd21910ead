package io.hongyan.gateway.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateFieldTest {

  @Test
  void findsTheFieldsInOrder() {
    assertThat(TemplateField.parse("订单号:{{character_string4.DATA}}\n金额:{{amount2.DATA}}\n"))
        .containsExactly(
            new TemplateField("character_string4", FieldType.CHARACTER_STRING),
            new TemplateField("amount2", FieldType.AMOUNT));
  }

  @Test
  void toleratesBlanksAsOnWeChatsOwnPages() {
    assertThat(TemplateField.parse("{ {thing1.DATA} }{{ time3.DATA }}"))
        .extracting(TemplateField::name)
        .containsExactly("thing1", "time3");
  }

  @Test
  void aRepeatedFieldIsOneField() {
    assertThat(TemplateField.parse("{{thing1.DATA}} {{thing1.DATA}}")).hasSize(1);
  }

  @Test
  void whatDoesNotEndInDataIsNoField() {
    assertThat(TemplateField.parse("{{thing1}} {thing2.DATA} thing3.DATA")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "thing12, THING",
    "short_thing1, SHORT_THING",
    "character_string21, CHARACTER_STRING",
    "phone_number3, PHONE_NUMBER",
    "const7, CONST",
    "enum1, ENUM",
    "first, FREE",
    "keyword1, FREE",
    "remark, FREE",
    "thing, FREE",
    "free1, FREE",
    "Thing1, FREE"
  })
  void theNameSaysTheType(String name, FieldType type) {
    assertThat(FieldType.ofName(name)).isEqualTo(type);
  }
}
