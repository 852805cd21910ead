package io.hongyan.simulator.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class FieldTypeTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "THING, 一二三四五六七八九十一二三四五六七八九十",
        "THING, 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
        "NUMBER, 12345678901234567890123456789012",
        "NUMBER, 3.14",
        "LETTER, abcDEF",
        "SYMBOL, +-*/%",
        "CHARACTER_STRING, NO-2026.11/22#1",
        "TIME, 15:01",
        "TIME, 9:05:59",
        "TIME, 2019年10月1日 15:01",
        "TIME, 2023-09-12 19:43:07",
        "TIME, 15:01~16:30",
        "DATE, 2019年10月1日",
        "DATE, 2019年10月",
        "DATE, 10月1日",
        "DATE, 2018-01-01",
        "DATE, 2018/01/01",
        "DATE, 2018.1.1 08:00",
        "DATE, 01-01",
        "DATE, 2018-01-01~2018-01-03",
        "DATE, 2019年10月1日 15:01~18:00",
        "AMOUNT, ¥39.80",
        "AMOUNT, ￥1234567890元",
        "AMOUNT, 5",
        "AMOUNT, $0.99",
        "PHONE_NUMBER, +86-0766-66888866",
        "CAR_NUMBER, 粤A8Z888挂",
        "CAR_NUMBER, 京A12345",
        "NAME, 欧阳娜娜",
        "NAME, Alexander Hamilton",
        "PHRASE, 配送中",
        "CONST, \"\"",
        "ENUM, 已完成",
      })
  void allows(FieldType type, String value) {
    assertThat(type.allows(value)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "THING, 一二三四五六七八九十一二三四五六七八九十一",
        "THING, \"two\nlines\"",
        "NUMBER, 123456789012345678901234567890123",
        "NUMBER, 12a",
        "NUMBER, 1.",
        "LETTER, ab1",
        "SYMBOL, ++++++",
        "SYMBOL, a",
        "CHARACTER_STRING, 订单1",
        "CHARACTER_STRING, 123456789012345678901234567890123",
        "TIME, 25:01",
        "TIME, 15:61",
        "TIME, 2019年10月1日",
        "TIME, 1:00~2:00~3:00",
        "TIME, soon",
        "DATE, 2019年13月1日",
        "DATE, 2018-01/01",
        "DATE, 15:01",
        "DATE, 2019年10月1日~18:00",
        "DATE, 2019年10月1日~",
        "AMOUNT, 12345678901",
        "AMOUNT, ¥¥1",
        "AMOUNT, 1.234",
        "AMOUNT, 39.80 RMB",
        "PHONE_NUMBER, 123456789012345678",
        "PHONE_NUMBER, tel 1",
        "CAR_NUMBER, 粤A8Z8888挂",
        "CAR_NUMBER, A粤8",
        "NAME, 一二三四五六七八九十一",
        "NAME, abcdefghijklmnopqrstu",
        "PHRASE, 13笔",
        "PHRASE, 一二三四五六",
        "CONST, 一二三四五六七八九十一二三四五六七八九十一",
      })
  void refuses(FieldType type, String value) {
    assertThat(type.allows(value)).isFalse();
  }

  @Test
  void theTypeIsWhatTheNameBeginsWith() {
    assertThat(Field.named("character_string21").type()).isEqualTo(FieldType.CHARACTER_STRING);
    assertThat(Field.named("keyword1").type()).isNull();
    assertThat(Field.named("first").type()).isNull();
    assertThat(Field.named("thing").type()).isNull();
  }

  @Test
  void anEmptyConstHasToBeThere() {
    Template template = Template.of("T", "", "{{const1.DATA}}");
    JsonMapper json = JsonMapper.shared();

    assertThat(template.findProblem(json.readTree("{\"const1\":{\"value\":\"\"}}"))).isNull();
    assertThat(template.findProblem(json.readTree("{}"))).isEqualTo("data.const1.value is empty");
  }

  @Test
  void aNumberStandsForItsText() {
    Template template = Template.of("T", "", "{{number1.DATA}}");

    assertThat(template.findProblem(JsonMapper.shared().readTree("{\"number1\":{\"value\":12}}")))
        .isNull();
  }
}
