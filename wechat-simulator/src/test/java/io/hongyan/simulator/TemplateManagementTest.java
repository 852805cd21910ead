package io.hongyan.simulator;

import static io.hongyan.simulator.RunningSimulator.APPID;
import static io.hongyan.simulator.RunningSimulator.OLD_TEMPLATE;
import static io.hongyan.simulator.RunningSimulator.TEMPLATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.RunningSimulator.Answer;
import io.hongyan.test.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class TemplateManagementTest {

  /** The last day of November in Shanghai, 23:58:30. */
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-30T15:58:30Z"));

  @AutoClose private final RunningSimulator simulator;
  private final String token;

  TemplateManagementTest() throws Exception {
    simulator = RunningSimulator.start(clock);
    token = simulator.token();
  }

  @Test
  void listsTheTemplates() throws Exception {
    Answer answer = get("get_all_private_template");

    assertThat(answer.json().has("errcode")).isFalse();
    JsonNode first = answer.json().get("template_list").get(0);
    assertThat(first.get("template_id").stringValue()).isEqualTo(TEMPLATE);
    assertThat(first.get("title").stringValue()).isEqualTo("订单支付成功");
    assertThat(first.get("content").stringValue())
        .isEqualTo("商品:{{thing1.DATA}}\n金额:{ {amount2.DATA} }\n");
    assertThat(first.get("primary_industry").stringValue()).isEmpty();
    assertThat(simulator.get("/cgi-bin/template/get_all_private_template").errcode())
        .isEqualTo(41001);
  }

  @Test
  void aTemplateMayHaveIndustriesAndAnExample() throws Exception {
    simulator.putAccount(
        APPID,
        """
        {"secret":"s","templates":[{"template_id":"T","title":"t","content":"{{first.DATA}}",
          "primary_industry":"IT科技","deputy_industry":"电子技术","example":"您好"}]}
        """);

    assertThat(get("get_all_private_template").json().get("template_list").get(0).toString())
        .isEqualTo(
            "{\"template_id\":\"T\",\"title\":\"t\",\"primary_industry\":\"IT科技\","
                + "\"deputy_industry\":\"电子技术\",\"content\":\"{{first.DATA}}\",\"example\":\"您好\"}");
  }

  @Test
  void anAddedTemplateHasTheKeywordsInTheirOrderAndCanBeSent() throws Exception {
    Answer added = add("47123", "[\"时间\",\"地点\",\"金额\"]");

    assertThat(added.errcode()).isZero();
    assertThat(added.errmsg()).isEqualTo("ok");
    String templateId = added.json().get("template_id").stringValue();
    assertThat(templateId).hasSize(43);
    JsonNode listed = get("get_all_private_template").json().get("template_list").get(2);
    assertThat(listed.get("template_id").stringValue()).isEqualTo(templateId);
    assertThat(listed.get("title").stringValue()).isEqualTo("预约成功通知");
    assertThat(listed.get("content").stringValue())
        .isEqualTo("时间:{{time1.DATA}}\n地点:{{thing2.DATA}}\n金额:{{amount3.DATA}}\n");
    assertThat(listed.get("example").stringValue())
        .isEqualTo("时间:2026年11月22日 09:00\n地点:上海市徐汇区云锦路500号\n金额:¥39.80\n");
    assertThat(send(templateId, "2026年11月22日 15:01")).isZero();
    assertThat(send(templateId, "soon")).isEqualTo(47003);
  }

  @Test
  void addingATemplateTwiceGivesTwo() throws Exception {
    String first = add("43216", "[\"订单号\"]").json().get("template_id").stringValue();

    assertThat(add("43216", "[\"订单号\"]").json().get("template_id").stringValue())
        .isNotEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "47123           | []                  | 40246",
        "47123           | [\"颜色\"]          | 40246",
        "47123           | [\"时间\",\"时间\"] | 40246",
        "47123           | \"时间\"            | 40246",
        "47123           | [1]                 | 40246",
        "47123           | null                | 40246",
        "TM00015         | [\"时间\"]          | 40247",
        "OPENTM207509450 | [\"时间\"]          | 40247",
        "99999           | [\"时间\"]          | 40037",
        "''              | [\"时间\"]          | 40037",
      })
  void refusesWhatIsNotInTheLibrary(String shortId, String keywords, int errcode) throws Exception {
    assertThat(add(shortId, keywords).errcode()).isEqualTo(errcode);
    assertThat(get("get_all_private_template").json().get("template_list").size()).isEqualTo(2);
  }

  @Test
  void anAccountHasTwentyFiveTemplates() throws Exception {
    for (int i = 2; i < 25; i++) {
      assertThat(add("42984", "[\"快递单号\"]").errcode()).isZero();
    }
    assertThat(add("42984", "[\"快递单号\"]").errcode()).isEqualTo(45026);

    delete(OLD_TEMPLATE);

    assertThat(add("42984", "[\"快递单号\"]").errcode()).isZero();
  }

  @Test
  void aDeletedTemplateCanNotBeSent() throws Exception {
    assertThat(delete(TEMPLATE).text()).isEqualTo("{\"errcode\":0,\"errmsg\":\"ok\"}");

    assertThat(simulator.send(token, RunningSimulator.message("oA", "m1")).errcode())
        .isEqualTo(40037);
    assertThat(get("get_all_private_template").json().get("template_list").size()).isEqualTo(1);
    assertThat(delete(TEMPLATE).errcode()).isEqualTo(40037);
    assertThat(post("del_private_template", "{}").errcode()).isEqualTo(40037);
  }

  @Test
  void industriesAreEmptyUntilTheyAreChosen() throws Exception {
    assertThat(get("get_industry").text())
        .isEqualTo(
            "{\"primary_industry\":{\"first_class\":\"\",\"second_class\":\"\"},"
                + "\"secondary_industry\":{\"first_class\":\"\",\"second_class\":\"\"}}");
  }

  @Test
  void anAccountMayBeginWithIndustries() throws Exception {
    simulator.putAccount(
        APPID, "{\"secret\":\"s\",\"industry\":{\"industry_id1\":13,\"industry_id2\":31}}");

    assertThat(get("get_industry").text())
        .isEqualTo(
            "{\"primary_industry\":{\"first_class\":\"运输与仓储\",\"second_class\":\"快递\"},"
                + "\"secondary_industry\":{\"first_class\":\"消费品\",\"second_class\":\"消费品\"}}");
    assertThat(setIndustry("{\"industry_id1\":\"1\",\"industry_id2\":\"4\"}").errcode()).isZero();
  }

  @Test
  void industriesChangeOnceAMonthAndTakeTheirTemplatesWithThem() throws Exception {
    simulator.putAccount(
        APPID,
        """
        {"secret":"s","industry":{"industry_id1":1,"industry_id2":7},"templates":[
          {"template_id":"kept","content":"","primary_industry":"IT科技","deputy_industry":"互联网|电子商务"},
          {"template_id":"gone","content":"","primary_industry":"金融业","deputy_industry":"银行"},
          {"template_id":"category","content":""}]}
        """);

    assertThat(setIndustry("{\"industry_id1\":4,\"industry_id2\":\"1\"}").text())
        .isEqualTo("{\"errcode\":0,\"errmsg\":\"ok\"}");

    assertThat(get("get_all_private_template").json().get("template_list").valueStream())
        .extracting(template -> template.get("template_id").stringValue())
        .containsExactly("kept", "category");
    assertThat(get("get_industry").json().get("primary_industry").get("second_class").stringValue())
        .isEqualTo("电子技术");
    assertThat(setIndustry("{\"industry_id1\":\"2\",\"industry_id2\":\"3\"}").errcode())
        .isEqualTo(43100);
    clock.advance(Duration.ofSeconds(90)); // December in Shanghai
    assertThat(setIndustry("{\"industry_id1\":\"2\",\"industry_id2\":\"3\"}").errcode()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"industry_id1\":\"1\",\"industry_id2\":\"42\"}   | 40102",
        "{\"industry_id1\":\"0\",\"industry_id2\":\"4\"}    | 40102",
        "{\"industry_id1\":\"one\",\"industry_id2\":\"4\"}  | 40102",
        "{\"industry_id1\":1.5,\"industry_id2\":\"4\"}      | 40102",
        "{\"industry_id1\":\"4\",\"industry_id2\":\"4\"}    | 40102",
        "{\"industry_id1\":\"4\"}                           | 40103",
        "industry_id1=1&industry_id2=4                      | 40103",
      })
  void refusesOtherIndustriesAndCountsNoChange(String body, int errcode) throws Exception {
    assertThat(setIndustry(body).errcode()).isEqualTo(errcode);

    assertThat(setIndustry("{\"industry_id1\":\"1\",\"industry_id2\":\"4\"}").errcode()).isZero();
  }

  private int send(String templateId, String time) throws Exception {
    return simulator
        .send(
            token,
            """
            {"touser":"oA","template_id":"%s","data":{"time1":{"value":"%s"},
             "thing2":{"value":"上海"},"amount3":{"value":"¥1"}}}
            """
                .formatted(templateId, time))
        .errcode();
  }

  private Answer add(String shortId, String keywords) throws Exception {
    return post(
        "api_add_template",
        "{\"template_id_short\":\"%s\",\"keyword_name_list\":%s}".formatted(shortId, keywords));
  }

  private Answer delete(String templateId) throws Exception {
    return post("del_private_template", "{\"template_id\":\"" + templateId + "\"}");
  }

  private Answer setIndustry(String body) throws Exception {
    return post("api_set_industry", body);
  }

  private Answer get(String call) throws Exception {
    return simulator.get("/cgi-bin/template/" + call + "?access_token=" + token);
  }

  private Answer post(String call, String body) throws Exception {
    return simulator.post("/cgi-bin/template/" + call + "?access_token=" + token, body);
  }
}
