package io.hongyan.gateway.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldRuleTest {

  private static final String FAMILY = "👨‍👩‍👧"; // three people joined: 5 code points
  private static final String THUMB = "👍🏽"; // with a skin tone: 2 code points

  @ParameterizedTest
  @CsvSource({
    "thing1, 耳机",
    "thing1, x",
    "thing1, 12345678901234567890",
    "thing1, 🎧🎧🎧🎧🎧🎧🎧🎧🎧🎧🎧🎧🎧🎧🎧🎧🎧🎧🎧🎧",
    "short_thing1, 已发货了呀",
    "number1, 0",
    "number1, 12.5",
    "number1, 12345678901234567890123456789012",
    "letter1, AbC",
    "symbol1, ★¥!?…",
    "character_string1, SF-1002/3 #7",
    "character_string1, 12345678901234567890123456789012",
    "time1, 15:01",
    "time1, 9:05",
    "time1, 23:59:59",
    "time1, 15:01~18:00",
    "time1, 15:01 ~ 18:00",
    "time1, 2019年10月1日 15:01",
    "time1, 2023-09-12 19:43:07",
    "time1, 2024年1月2日 09:56~2024年1月3日 10:00",
    "time1, 2024年1月2日 09:56~10:00",
    "date1, 2019年10月1日",
    "date1, 2019年10月",
    "date1, 10月1日",
    "date1, 2018-01-01",
    "date1, 2018/01/01",
    "date1, 2018.1.1",
    "date1, 01-01",
    "date1, 2024-02-29",
    "date1, 02-29",
    "date1, 2019年10月1日 15:01",
    "date1, 2019年10月1日~2019年10月7日",
    "date1, 2019年10月1日 15:01~18:00",
    "amount1, ¥39.80",
    "amount1, 39.8元",
    "amount1, ￥1234567890.12元",
    "amount1, 0",
    "phone_number1, +86-0766-66888866",
    "phone_number1, (010) 1234567",
    "car_number1, 粤A8Z888挂",
    "car_number1, 京A12345",
    "name1, 张三",
    "name1, 一二三四五六七八九十",
    "name1, Maria da Silva",
    "phrase1, 配送中",
    "const1, 待付款",
    "const1, ''",
    "enum1, 高",
    "keyword1, 任何 text",
  })
  void fits(String name, String value) {
    assertThat(check(name, value, false)).isEqualTo(new FieldCheck.Fits());
    assertThat(check(name, value, true)).isEqualTo(new FieldCheck.Fits());
  }

  @ParameterizedTest
  @CsvSource({
    "thing1, '', empty-value",
    "keyword1, '', empty-value",
    "thing1, 123456789012345678901, too-long",
    "short_thing1, 123456, too-long",
    "number1, 123456789012345678901234567890123, too-long",
    "number1, 1.2.3, invalid-value",
    "number1, .5, invalid-value",
    "number1, 5., invalid-value",
    "number1, -5, invalid-value",
    "number1, ١٢, invalid-value",
    "letter1, ab1, invalid-value",
    "letter1, é, invalid-value",
    "symbol1, a, invalid-value",
    "symbol1, '! !', invalid-value",
    "symbol1, !!!!!!, too-long",
    "character_string1, 单号1, invalid-value",
    "character_string1, 123456789012345678901234567890123, too-long",
    "time1, 24:00, invalid-value",
    "time1, 15:60, invalid-value",
    "time1, 15:1, invalid-value",
    "time1, 15：01, invalid-value",
    "time1, 2019-10-01, invalid-value",
    "time1, 15:01~, invalid-value",
    "time1, ~15:01, invalid-value",
    "time1, 15:01~16:00~17:00, invalid-value",
    "time1, soon, invalid-value",
    "date1, 15:01, invalid-value",
    "date1, 2019-13-01, invalid-value",
    "date1, 2019-02-29, invalid-value",
    "date1, 02-30, invalid-value",
    "date1, 2019-10/01, invalid-value",
    "date1, 19年10月, invalid-value",
    "date1, 2019年0月, invalid-value",
    "date1, 2019年10月1, invalid-value",
    "date1, 2019-10-01x, invalid-value",
    "date1, 2019年10月1日~15:01, invalid-value",
    "amount1, 12345678901, invalid-value",
    "amount1, 1.234, invalid-value",
    "amount1, ¥, invalid-value",
    "amount1, ¥元, invalid-value",
    "amount1, '1,000', invalid-value",
    "amount1, -1, invalid-value",
    "phone_number1, 123456789012345678, too-long",
    "phone_number1, 12a, invalid-value",
    "car_number1, 粤A8粤888, invalid-value",
    "car_number1, 粤a12345, invalid-value",
    "car_number1, 粤, invalid-value",
    "car_number1, 粤A8Z8888挂, too-long",
    "name1, 一二三四五六七八九十一, too-long",
    "name1, abcdefghij一, too-long",
    "name1, abcdefghijklmnopqrstu, too-long",
    "name1, agent7, invalid-value",
    "phrase1, 13笔, invalid-value",
    "phrase1, 一二三四五六, too-long",
    "const1, 123456789012345678901, too-long",
    "enum1, '', empty-value",
  })
  void refuses(String name, String value, String reason) {
    FieldCheck check = check(name, value, false);

    assertThat(check)
        .isInstanceOfSatisfying(
            FieldCheck.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.detail()).startsWith(name + " (");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "a\tb", "a\u0000b", "a\u0085b", "a\u2028b"})
  void refusesControlCharactersInThings(String value) {
    assertThat(check("thing1", value, true))
        .isInstanceOfSatisfying(
            FieldCheck.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo("invalid-value"));
  }

  @Test
  void takesLineBreaksInFreeText() {
    assertThat(check("remark", "a\nb", false)).isEqualTo(new FieldCheck.Fits());
  }

  @Test
  void freeTextEndsAt2000Characters() {
    assertThat(check("remark", "字".repeat(2_000), false)).isEqualTo(new FieldCheck.Fits());
    assertThat(check("remark", "字".repeat(2_001), false)).isInstanceOf(FieldCheck.Refused.class);
  }

  @Test
  void saysTheRuleAndTheLengthButNeverTheValue() {
    FieldCheck check = check("thing1", "秘密".repeat(15), false);

    assertThat(check)
        .isEqualTo(
            new FieldCheck.Refused(
                "too-long", "thing1 (thing) takes at most 20 characters; the value has 30"));
  }

  @Test
  void shortensAThingVisiblyTo20Characters() {
    assertThat(check("thing1", "1234567890123456789012345", true))
        .isEqualTo(new FieldCheck.Shortened("1234567890123456789…"));
  }

  @Test
  void neverCutsAPairOfSurrogates() {
    assertThat(check("thing1", "🎧".repeat(25), true))
        .isEqualTo(new FieldCheck.Shortened("🎧".repeat(19) + "…"));
  }

  @Test
  void neverCutsAnEmojiMadeOfSeveral() {
    String text = "1234567890123456" + FAMILY + "end"; // the 19th code point is inside the family

    assertThat(check("thing1", text, true))
        .isEqualTo(new FieldCheck.Shortened("1234567890123456…"));
  }

  @Test
  void neverCutsASkinToneOff() {
    String text = "123456789012345678" + THUMB + "end"; // its tone is the 20th code point

    assertThat(check("thing1", text, true))
        .isEqualTo(new FieldCheck.Shortened("123456789012345678…"));
  }

  @Test
  void refusesAnEmojiThatIsLongerThanTheLimit() {
    assertThat(check("thing1", "👩" + "\u200D👩".repeat(20), true))
        .isInstanceOf(FieldCheck.Refused.class);
  }

  @ParameterizedTest
  @CsvSource({
    "const1, 123456789012345678901",
    "character_string1, 123456789012345678901234567890123",
    "phone_number1, 123456789012345678",
    "name1, abcdefghijklmnopqrstu",
  })
  void neverShortensWhereThatWouldBeWrong(String name, String value) {
    assertThat(check(name, value, true)).isInstanceOf(FieldCheck.Refused.class);
  }

  private static FieldCheck check(String name, String value, boolean shorten) {
    return FieldRule.check(new TemplateField(name, FieldType.ofName(name)), value, shorten);
  }
}
