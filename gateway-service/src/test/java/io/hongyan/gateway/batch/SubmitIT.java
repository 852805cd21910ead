package io.hongyan.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.PushMessage.TemplateValue;
import io.hongyan.gateway.Database;
import io.hongyan.gateway.RunningGateway;
import io.hongyan.gateway.RunningGateway.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

class SubmitIT {

  private static final String QUERY = "?account=submit&template=order-paid";
  private static final RunningGateway GATEWAY = RunningGateway.shared();

  @BeforeAll
  static void anAccount() {
    GATEWAY.createAccount("submit");
    GATEWAY.createAccount("submit-disabled");
    GATEWAY.admin(
        "PUT",
        "/v1/accounts/submit/templates/old-style",
        "{\"wechatTemplateId\":\"TM2\",\"title\":\"Old\",\"content\":\"{{first.DATA}}\\n{{remark.DATA}}\"}");
    GATEWAY.admin(
        "PUT",
        "/v1/accounts/submit-disabled",
        "{\"appId\":\"wx-d\",\"appSecret\":\"s3cret\",\"enabled\":false}");
  }

  @Test
  void storesABatchWithAllItsSettings() {
    Answer answer =
        json(
            """
            {"account":"submit","template":"order-paid","url":"https://shop.example/",
             "miniprogram":{"appid":"wx9","pagepath":"index?a=1"},
             "sendAt":"2099-12-01T09:00:00+08:00","expireAt":"2099-12-02T09:00:00+08:00",
             "priority":"urgent","ratePerSecond":200,
             "recipients":[{"openid":"oA1","ref":"order-991","url":"https://shop.example/991",
               "data":{"thing1":"耳机","amount2":{"value":"¥39.80","color":"#173177"}}},
              {"openid":"oA2","data":{"thing1":"耳机"}}]}
            """);

    assertThat(answer.status()).isEqualTo(202);
    BatchId id = id(answer);
    assertThat(answer.header("Location")).contains("/v1/batches/" + id);
    assertThat(answer.header("Content-Type")).contains("application/json");
    assertThat(answer.text())
        .isEqualTo(
            "{\"batchId\":\"%s\",\"state\":\"scheduled\",\"total\":1,\"rejected\":1,\"rejections\":[{\"line\":2,\"openid\":\"oA2\",\"reason\":\"missing-field\",\"detail\":\"amount2 has no value\"}],\"links\":{\"self\":\"/v1/batches/%s\",\"failures\":\"/v1/batches/%s/failures\",\"rejections\":\"/v1/batches/%s/rejections\"}}"
                .formatted(id, id, id, id));
    assertThat(
            Database.row(
                """
                select account_id, template_id, wechat_template_id, state, priority, total, rejected, url,
                  miniprogram_appid, miniprogram_pagepath, extract(epoch from send_at)::bigint as sends,
                  extract(epoch from expire_at)::bigint as expires, rate_per_second, created_by, released_to
                from batch where id = %d
                """
                    .formatted(id.value())))
        .containsExactly(
            "submit",
            "order-paid",
            "TM1",
            "scheduled",
            "urgent",
            "1",
            "1",
            "https://shop.example/",
            "wx9",
            "index?a=1",
            "4099770000",
            "4099856400",
            "200",
            "admin",
            "0");
    assertThat(
            Database.row(
                "select seq, openid, ref, url, data from recipient where batch_id = %d"
                    .formatted(id.value())))
        .containsExactly(
            "1",
            "oA1",
            "order-991",
            "https://shop.example/991",
            "{\"thing1\": {\"value\": \"耳机\"}, \"amount2\": {\"color\": \"#173177\", \"value\": \"¥39.80\"}}");
    assertThat(
            Database.row(
                "select line, openid, reason, detail from rejection where batch_id = %d"
                    .formatted(id.value())))
        .containsExactly("2", "oA2", "missing-field", "amount2 has no value");
    assertThat(
            Database.row(
                "select succeeded, failed from batch_progress where batch_id = %d"
                    .formatted(id.value())))
        .containsExactly("0", "0");
  }

  @Test
  void startsToReleaseWithoutASendTimeOrWithAPastOne() {
    assertThat(state(ndjson("", recipient("oA1")))).isEqualTo("releasing");
    assertThat(state(ndjson("&sendAt=2020-01-01T00:00:00Z", recipient("oA1"))))
        .isEqualTo("releasing");
  }

  @Test
  void numbersAcceptedRecipientsWithoutGaps() {
    Answer answer =
        ndjson(
            "",
            "\uFEFF" + recipient("oA1") + "\r\n\n{\"openid\":\"o A\"}\n" + recipient("oA2") + "\n");

    assertThat(answer.status()).isEqualTo(202);
    assertThat(
            Database.rows(
                "select seq, openid from recipient where batch_id = %d order by seq"
                    .formatted(id(answer).value())))
        .containsExactly(List.of("1", "oA1"), List.of("2", "oA2"));
    assertThat(answer.json().get("rejections").get(0).get("line").intValue()).isEqualTo(3);
  }

  @Test
  void takesCsvWithQuotesAndCrlf() {
    Answer answer =
        csv(
            "\uFEFFopenid,ref,url,thing1,amount2\r\noA1,\"r,1\",,\"say \"\"hi\"\"\",¥1\r\noA2,,,\"two\r\nlines\",¥1\r\noA3,,,short\r\n");

    assertThat(answer.status()).isEqualTo(202);
    assertThat(
            Database.rows(
                "select openid, ref, url, data #>> '{thing1,value}' from recipient where batch_id = %d"
                    .formatted(id(answer).value())))
        .containsExactly(List.of("oA1", "r,1", "null", "say \"hi\""));
    assertThat(
            Database.rows(
                "select line, openid, reason from rejection where batch_id = %d order by line"
                    .formatted(id(answer).value())))
        .containsExactly(
            List.of("3", "oA2", "invalid-value"), List.of("5", "oA3", "missing-field"));
  }

  @Test
  void givesBackEveryCharacterAsItWasSent() {
    String odd =
        "tab\t back\\slash \\N \\. \"quotes\" 'single' {json} é 耳机 🎧👨‍👩‍👧 \u0001\u001f\u007f end";
    String value = "first\nsecond\r\n" + odd;
    JsonMapper mapper = new JsonMapper();
    String line =
        mapper.writeValueAsString(
            Map.of(
                "openid",
                "oA1",
                "ref",
                "back\\slash \\N 🎧",
                "data",
                Map.of("first", value, "remark", odd)));

    Answer answer = send("application/x-ndjson", "?account=submit&template=old-style", line);

    List<String> row =
        Database.row(
            "select ref, data from recipient where batch_id = %d".formatted(id(answer).value()));
    assertThat(row.getFirst()).isEqualTo("back\\slash \\N 🎧");
    assertThat(mapper.readValue(row.get(1), new TypeReference<Map<String, TemplateValue>>() {}))
        .isEqualTo(
            Map.of(
                "first", new TemplateValue(value, null), "remark", new TemplateValue(odd, null)));
  }

  @Test
  void refusesRepeatedContentButNotARepeatedPerson() {
    String other = recipient("oA1").replace("¥1", "¥2");

    Answer answer = ndjson("", recipient("oA1") + "\n" + other + "\n" + recipient("oA1"));

    assertThat(answer.json().get("total").intValue()).isEqualTo(2);
    assertThat(answer.json().get("rejections").get(0).get("reason").stringValue())
        .isEqualTo("duplicate");
    assertThat(answer.json().get("rejections").get(0).get("line").intValue()).isEqualTo(3);
  }

  @Test
  void findsRepeatsWhateverTheOrderOfTheFields() {
    Answer answer =
        ndjson(
            "",
            "{\"openid\":\"o\",\"data\":{\"thing1\":\"a\",\"amount2\":\"¥1\"}}\n{\"data\":{\"amount2\":{\"value\":\"¥1\"},\"thing1\":\"a\"},\"openid\":\"o\"}");

    assertThat(answer.json().get("total").intValue()).isEqualTo(1);
  }

  @Test
  void refusesARepeatedPersonWhenAsked() {
    Answer answer =
        ndjson(
            "&uniqueRecipients=true",
            recipient("oA1") + "\n" + recipient("oA1").replace("¥1", "¥2"));

    assertThat(answer.json().get("total").intValue()).isEqualTo(1);
    assertThat(answer.json().get("rejected").intValue()).isEqualTo(1);
  }

  @Test
  void shortensAThingWhenAsked() {
    String longThing = recipient("oA1").replace("耳机", "1234567890123456789012345");

    assertThat(ndjson("", longThing).status()).isEqualTo(422);
    Answer answer = ndjson("&overflow=shorten", longThing);

    assertThat(
            Database.value(
                "select data #>> '{thing1,value}' from recipient where batch_id = %d"
                    .formatted(id(answer).value())))
        .isEqualTo("1234567890123456789…");
  }

  @Test
  void storesNothingIfNobodyIsLeft() {
    int before = Database.count("batch where account_id = 'submit'");

    Answer answer = ndjson("", "{\"openid\":\"o\"}\n".repeat(25));

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.problem()).isEqualTo("no-recipients");
    assertThat(answer.json().get("rejected").intValue()).isEqualTo(25);
    assertThat(answer.json().get("rejections")).hasSize(20);
    assertThat(Database.count("batch where account_id = 'submit'")).isEqualTo(before);
    assertThat(Orphans.count()).isZero();
  }

  @Test
  void refusesAnEmptyBatch() {
    assertThat(ndjson("", "").problem()).isEqualTo("no-recipients");
    assertThat(csv("openid,thing1,amount2\n").problem()).isEqualTo("no-recipients");
    assertThat(
            json("{\"account\":\"submit\",\"template\":\"order-paid\",\"recipients\":[]}")
                .problem())
        .isEqualTo("no-recipients");
    assertThat(json("{\"account\":\"submit\",\"template\":\"order-paid\"}").problem())
        .isEqualTo("no-recipients");
  }

  @ParameterizedTest
  @CsvSource({
    "'?account=nobody&template=order-paid', unknown-account",
    "'?template=order-paid', unknown-account",
    "'?account=submit%00&template=order-paid', unknown-account",
    "'?account=submit&template=nothing', unknown-template",
    "'?account=submit', unknown-template",
    "'?account=submit-disabled&template=order-paid', account-disabled",
  })
  void refusesWhatItDoesNotKnow(String query, String problem) {
    Answer answer = send("application/x-ndjson", query, recipient("oA1"));

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.problem()).isEqualTo(problem);
  }

  @Test
  void hidesAnotherKeysAccount() {
    String foreign = GATEWAY.createKey("[\"send\"]", "[\"elsewhere\"]");
    String own = GATEWAY.createKey("[\"send\"]", "[\"submit\"]");
    String reader = GATEWAY.createKey("[\"read\"]", "[\"submit\"]");

    Answer refused = sendAs(foreign);

    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.text()).isEqualTo(sendAs(foreign).text());
    assertThat(refused.problem()).isEqualTo("unknown-account");
    assertThat(sendAs(own).status()).isEqualTo(202);
    assertThat(sendAs(reader).status()).isEqualTo(403);
    assertThat(sendAs("no-such-key").status()).isEqualTo(401);
  }

  private static Answer sendAs(String key) {
    return GATEWAY.send(
        HttpRequest.newBuilder(GATEWAY.uri("/v1/batches" + QUERY))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/x-ndjson")
            .POST(BodyPublishers.ofString(recipient("oA1"))));
  }

  private static Answer ndjson(String settings, String body) {
    return send("application/x-ndjson", QUERY + settings, body);
  }

  private static Answer csv(String body) {
    return send("text/csv", QUERY, body);
  }

  private static Answer json(String body) {
    return send("application/json", "", body);
  }

  private static Answer send(String contentType, String query, String body) {
    return GATEWAY.send(
        HttpRequest.newBuilder(GATEWAY.uri("/v1/batches" + query))
            .header("Authorization", "Bearer " + Upload.ADMIN_KEY)
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofString(body)));
  }

  private static String recipient(String openid) {
    return "{\"openid\":\"%s\",\"data\":{\"thing1\":\"耳机\",\"amount2\":\"¥1\"}}".formatted(openid);
  }

  private static String state(Answer answer) {
    return answer.json().get("state").stringValue();
  }

  private static BatchId id(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    return BatchId.parse(answer.json().get("batchId").stringValue()).orElseThrow();
  }
}
