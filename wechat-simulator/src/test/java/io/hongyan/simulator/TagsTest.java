package io.hongyan.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.RunningSimulator.Answer;
import io.hongyan.test.SettableClock;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagsTest {

  private static final String GIVE = "/cgi-bin/tags/members/batchtagging";
  private static final String TAKE = "/cgi-bin/tags/members/batchuntagging";

  @AutoClose private final RunningSimulator simulator;
  private final String token;

  TagsTest() throws Exception {
    simulator = RunningSimulator.start(new SettableClock(Instant.parse("2026-11-22T01:00:00Z")));
    token = simulator.token();
    simulator.putFollowers(
        "{\"generated\":{\"prefix\":\"oM\",\"count\":25}}",
        """
        [{"id":2,"name":"星标组"},
         {"id":134,"name":"vip","every":10},
         {"id":140,"name":"new","openids":["oM0000003","oM0000001"]}]
        """);
  }

  @Test
  void listsTheTagsAndHowManyCarryThem() throws Exception {
    assertThat(tags().text())
        .isEqualTo(
            "{\"tags\":[{\"id\":2,\"name\":\"星标组\",\"count\":0},"
                + "{\"id\":134,\"name\":\"vip\",\"count\":2},"
                + "{\"id\":140,\"name\":\"new\",\"count\":2}]}");
  }

  @Test
  void createsRenamesAndDeletes() throws Exception {
    Answer created = post("/cgi-bin/tags/create", "{\"tag\":{\"name\":\"广东\"}}");

    assertThat(created.text()).isEqualTo("{\"tag\":{\"id\":141,\"name\":\"广东\"}}");
    assertThat(post("/cgi-bin/tags/update", "{\"tag\":{\"id\":141,\"name\":\"广东人\"}}").text())
        .isEqualTo("{\"errcode\":0,\"errmsg\":\"ok\"}");
    assertThat(tags().text()).contains("{\"id\":141,\"name\":\"广东人\",\"count\":0}");
    assertThat(post("/cgi-bin/tags/delete", "{\"tag\":{\"id\":141}}").text())
        .isEqualTo("{\"errcode\":0,\"errmsg\":\"ok\"}");
    assertThat(tags().text()).doesNotContain("141");
    // The number of a deleted tag does not come again.
    assertThat(post("/cgi-bin/tags/create", "{\"tag\":{\"name\":\"广东\"}}").text())
        .contains("\"id\":142");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create | {\"tag\":{\"name\":\"\"}}                                    | 45157",
        "create | {\"tag\":{\"name\":\"vip\"}}                                 | 45157",
        "create | {\"tag\":{}}                                                 | 45157",
        "create | {}                                                           | 45157",
        "create | {\"tag\":{\"name\":\"十个汉字就是三十字节\"}}                | 0",
        "create | {\"tag\":{\"name\":\"十个汉字就是三十字节x\"}}               | 45158",
        "update | {\"tag\":{\"id\":134,\"name\":\"new\"}}                      | 45157",
        "update | {\"tag\":{\"id\":134,\"name\":\"vip\"}}                      | 0",
        "update | {\"tag\":{\"id\":999,\"name\":\"x\"}}                        | 45159",
        "update | {\"tag\":{\"id\":2,\"name\":\"x\"}}                          | 45058",
        "delete | {\"tag\":{\"id\":2}}                                         | 45058",
        "delete | {\"tag\":{\"id\":0}}                                         | 45058",
        "delete | {\"tag\":{\"id\":999}}                                       | 45159",
        "delete | {\"tag\":{\"id\":\"134\"}}                                   | 45159",
        "delete | {}                                                           | 45159",
        "delete | no                                                           | 47001",
      })
  void refusesWithWeChatsCodes(String call, String body, int errcode) throws Exception {
    assertThat(post("/cgi-bin/tags/" + call, body).errcode()).isEqualTo(errcode);
  }

  @Test
  void anAccountHasAHundredTags() throws Exception {
    for (int i = 0; i < 97; i++) {
      assertThat(
              post("/cgi-bin/tags/create", "{\"tag\":{\"name\":\"t%d\"}}".formatted(i)).errcode())
          .isZero();
    }

    assertThat(post("/cgi-bin/tags/create", "{\"tag\":{\"name\":\"more\"}}").errcode())
        .isEqualTo(45056);
  }

  @Test
  void aTagOfMoreThanAHundredThousandStays() throws Exception {
    simulator.putFollowers(
        "{\"generated\":{\"prefix\":\"oM\",\"count\":200002}}",
        "[{\"id\":134,\"name\":\"half\",\"every\":2}]");
    assertThat(post("/cgi-bin/tags/delete", "{\"tag\":{\"id\":134}}").errcode()).isEqualTo(45057);

    simulator.changeFollowers("{\"unsubscribe\":[\"oM0200002\"]}");

    assertThat(post("/cgi-bin/tags/delete", "{\"tag\":{\"id\":134}}").errcode()).isZero();
  }

  @Test
  void pagesThroughWhoCarriesATag() throws Exception {
    simulator.set("{\"followersPerPage\":2}");
    post(GIVE, "{\"openid_list\":[\"oM0000005\"],\"tagid\":134}");

    assertThat(carriers("{\"tagid\":134,\"next_openid\":\"\"}").text())
        .isEqualTo(
            "{\"count\":2,\"data\":{\"openid\":[\"oM0000010\",\"oM0000020\"]},"
                + "\"next_openid\":\"oM0000020\"}");
    assertThat(carriers("{\"tagid\":134,\"next_openid\":\"oM0000020\"}").text())
        .isEqualTo(
            "{\"count\":1,\"data\":{\"openid\":[\"oM0000005\"]},\"next_openid\":\"oM0000005\"}");
    assertThat(carriers("{\"tagid\":134,\"next_openid\":\"oM0000005\"}").text())
        .isEqualTo("{\"count\":0,\"next_openid\":\"\"}");
    assertThat(carriers("{\"tagid\":140}").json().get("data").get("openid").toString())
        .isEqualTo("[\"oM0000003\",\"oM0000001\"]");
    assertThat(carriers("{\"tagid\":999}").errcode()).isEqualTo(45159);
    assertThat(carriers("{}").errcode()).isEqualTo(45159);
    assertThat(carriers("{\"tagid\":134,\"next_openid\":\"oM0000001\"}").errcode())
        .isEqualTo(40003);
  }

  @Test
  void givesAndTakesATag() throws Exception {
    String two = "{\"openid_list\":[\"oM0000001\",\"oM0000010\"],\"tagid\":134}";

    assertThat(post(GIVE, two).text()).isEqualTo("{\"errcode\":0,\"errmsg\":\"ok\"}");
    assertThat(idsOf("oM0000001").text()).isEqualTo("{\"tagid_list\":[134,140]}");
    assertThat(tags().text()).contains("\"vip\",\"count\":3");

    assertThat(post(TAKE, two).text()).isEqualTo("{\"errcode\":0,\"errmsg\":\"ok\"}");
    assertThat(idsOf("oM0000001").text()).isEqualTo("{\"tagid_list\":[140]}");
    assertThat(idsOf("oM0000010").text()).isEqualTo("{\"tagid_list\":[]}");
    assertThat(tags().text()).contains("\"vip\",\"count\":1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"openid_list\":[],\"tagid\":134}                           | 40032",
        "{\"tagid\":134}                                              | 40032",
        "{\"openid_list\":\"oM0000001\",\"tagid\":134}                | 40032",
        "{\"openid_list\":[\"oM0000001\"],\"tagid\":999}              | 45159",
        "{\"openid_list\":[\"oM0000001\"]}                            | 45159",
        "{\"openid_list\":[\"oM0000001\",\"oNobody\"],\"tagid\":134}  | 40003",
        "{\"openid_list\":[\"oM0000010\",\"o A\"],\"tagid\":134}      | 40003",
      })
  void givesOrTakesTheTagOfAllOrNone(String body, int errcode) throws Exception {
    assertThat(post(GIVE, body).errcode()).isEqualTo(errcode);
    assertThat(post(TAKE, body).errcode()).isEqualTo(errcode);

    assertThat(tags().text()).contains("\"vip\",\"count\":2");
  }

  @Test
  void fiftyPeopleAtOnceAndTwentyTagsEach() throws Exception {
    simulator.putFollowers("{\"generated\":{\"prefix\":\"oM\",\"count\":60}}", "null");
    for (int i = 0; i < 21; i++) {
      post("/cgi-bin/tags/create", "{\"tag\":{\"name\":\"t%d\"}}".formatted(i));
    }

    assertThat(post(GIVE, manyTo(100, 50)).errcode()).isZero();
    assertThat(post(GIVE, manyTo(100, 51)).errcode()).isEqualTo(40032);
    for (int tag = 101; tag < 120; tag++) {
      assertThat(post(GIVE, manyTo(tag, 1)).errcode()).isZero();
    }
    assertThat(post(GIVE, manyTo(120, 2)).errcode()).isEqualTo(45059);
    assertThat(post(GIVE, manyTo(119, 1)).errcode()).isZero();
    assertThat(idsOf("oM0000002").text()).isEqualTo("{\"tagid_list\":[100]}");
  }

  @Test
  void whoLeavesLosesHisTags() throws Exception {
    simulator.changeFollowers("{\"unsubscribe\":[\"oM0000010\"]}");
    assertThat(tags().text()).contains("\"vip\",\"count\":1");

    simulator.changeFollowers("{\"subscribe\":[\"oM0000010\"]}");

    assertThat(idsOf("oM0000010").text()).isEqualTo("{\"tagid_list\":[]}");
    assertThat(carriers("{\"tagid\":134}").json().get("data").get("openid").toString())
        .isEqualTo("[\"oM0000020\"]");
  }

  @Test
  void listsTheTagsOfAnOpenidOnly() throws Exception {
    assertThat(idsOf("o A").errcode()).isEqualTo(40003);
    assertThat(post("/cgi-bin/tags/getidlist", "{}").errcode()).isEqualTo(40003);
    assertThat(idsOf("oNobody").text()).isEqualTo("{\"tagid_list\":[]}");
  }

  private Answer tags() throws Exception {
    return simulator.get("/cgi-bin/tags/get?access_token=" + token);
  }

  private Answer carriers(String body) throws Exception {
    return post("/cgi-bin/user/tag/get", body);
  }

  private Answer idsOf(String openid) throws Exception {
    return post("/cgi-bin/tags/getidlist", "{\"openid\":\"" + openid + "\"}");
  }

  private Answer post(String path, String body) throws Exception {
    return simulator.post(path + "?access_token=" + token, body);
  }

  private static String manyTo(int tag, int people) {
    return IntStream.rangeClosed(1, people)
        .mapToObj("\"oM%07d\""::formatted)
        .collect(Collectors.joining(",", "{\"openid_list\":[", "],\"tagid\":" + tag + "}"));
  }
}
