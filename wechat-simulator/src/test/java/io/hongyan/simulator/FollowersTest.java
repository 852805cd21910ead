package io.hongyan.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.hongyan.simulator.RunningSimulator.Answer;
import io.hongyan.test.SettableClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FollowersTest {

  private static final String NOW = "2026-11-22T01:00:00Z";

  @AutoClose private final RunningSimulator simulator;
  private final String token;

  FollowersTest() throws Exception {
    simulator = RunningSimulator.start(new SettableClock(Instant.parse(NOW)));
    token = simulator.token();
  }

  @Test
  void aPageNamesItsLastOpenidAndThePageAfterTheLastIsEmpty() throws Exception {
    simulator.putFollowers("[\"oC\",\"oA\",\"oB\"]", "null");
    simulator.set("{\"followersPerPage\":2}");

    assertThat(page("").text())
        .isEqualTo(
            "{\"total\":3,\"count\":2,\"data\":{\"openid\":[\"oC\",\"oA\"]},\"next_openid\":\"oA\"}");
    assertThat(page("oA").text())
        .isEqualTo(
            "{\"total\":3,\"count\":1,\"data\":{\"openid\":[\"oB\"]},\"next_openid\":\"oB\"}");
    assertThat(page("oB").text()).isEqualTo("{\"total\":3,\"count\":0,\"next_openid\":\"\"}");
  }

  @Test
  void aPageHasTenThousandOfAMillion() throws Exception {
    simulator.putFollowers("{\"generated\":{\"prefix\":\"oM\",\"count\":1000000}}", "null");

    List<String> first = openids(page(""));
    JsonNode last = page("oM0990000").json();

    assertThat(first).hasSize(10_000).startsWith("oM0000001").endsWith("oM0010000");
    assertThat(last.get("total").intValue()).isEqualTo(1_000_000);
    assertThat(last.get("count").intValue()).isEqualTo(10_000);
    assertThat(last.get("next_openid").stringValue()).isEqualTo("oM1000000");
  }

  @Test
  void pagingMissesNobodyWhenPeopleComeAndGoMeanwhile() throws Exception {
    simulator.putFollowers("{\"generated\":{\"prefix\":\"oM\",\"count\":9}}", "null");
    simulator.set("{\"followersPerPage\":3}");
    List<String> seen = new ArrayList<>(openids(page("")));

    simulator.changeFollowers(
        "{\"subscribe\":[\"oNew\"],\"unsubscribe\":[\"oM0000003\",\"oM0000001\",\"oM0000008\"]}");
    simulator.changeFollowers("{\"subscribe\":[\"oM0000001\"]}");
    String next = seen.getLast(); // who has left
    while (!next.isEmpty()) {
      Answer page = page(next);
      assertThat(page.json().get("total").intValue()).isEqualTo(8);
      seen.addAll(openids(page));
      next = page.json().get("next_openid").stringValue();
    }

    assertThat(seen)
        .containsExactly(
            "oM0000001",
            "oM0000002",
            "oM0000003",
            "oM0000004",
            "oM0000005",
            "oM0000006",
            "oM0000007",
            "oM0000009",
            "oNew",
            "oM0000001");
  }

  @Test
  void whoFollowsByARuleIsNotListed() throws Exception {
    assertThat(page("").text()).isEqualTo("{\"total\":0,\"count\":0,\"next_openid\":\"\"}");

    simulator.changeFollowers("{\"subscribe\":[\"oA\"]}");

    assertThat(openids(page(""))).containsExactly("oA");
  }

  @Test
  void aListIsNarrowedByTheOtherForms() throws Exception {
    simulator.putFollowers(
        "{\"list\":[\"oA\",\"xB\",\"oC\",\"oA\"],\"prefix\":\"o\",\"allBut\":[\"oC\"]}", "null");

    assertThat(openids(page(""))).containsExactly("oA");
  }

  @Test
  void refusesToGoOnAfterOneWhoNeverFollowed() throws Exception {
    simulator.putFollowers("[\"oA\"]", "null");

    assertThat(page("oNobody").errcode()).isEqualTo(40003);
  }

  @Test
  void tellsWhatIsKnownOfAFollower() throws Exception {
    simulator.putFollowers(
        "[\"oA\",\"oB\"]", "[{\"id\":134,\"name\":\"vip\",\"openids\":[\"oB\"]}]");
    simulator.changeFollowers("{\"subscribe\":[\"oNew\"]}");

    JsonNode follower = info("oB", "&lang=en").json();

    assertThat(follower.get("subscribe").intValue()).isEqualTo(1);
    assertThat(follower.get("openid").stringValue()).isEqualTo("oB");
    assertThat(follower.get("language").stringValue()).isEqualTo("en");
    assertThat(follower.get("tagid_list").toString()).isEqualTo("[134]");
    assertThat(follower.get("groupid").intValue()).isEqualTo(134);
    assertThat(follower.get("subscribe_time").longValue())
        .isEqualTo(Instant.parse("2020-01-01T00:00:01Z").getEpochSecond());
    assertThat(follower.has("nickname")).isFalse();
    assertThat(info("oNew", "").json().get("subscribe_time").longValue())
        .isEqualTo(Instant.parse(NOW).getEpochSecond());
    assertThat(info("oNew", "").json().get("language").stringValue()).isEqualTo("zh_CN");
  }

  @Test
  void tellsNothingOfWhoDoesNotFollow() throws Exception {
    simulator.putFollowers("[\"oA\"]", "null");
    simulator.changeFollowers("{\"unsubscribe\":[\"oA\"]}");

    assertThat(info("oA", "").text()).isEqualTo("{\"subscribe\":0,\"openid\":\"oA\"}");
    assertThat(info("o%20A", "").errcode()).isEqualTo(40003);
    assertThat(simulator.get("/cgi-bin/user/info?access_token=" + token).errcode())
        .isEqualTo(40003);
  }

  @Test
  void tellsOfAHundredAtOnce() throws Exception {
    simulator.putFollowers("{\"generated\":{\"prefix\":\"oM\",\"count\":99}}", "null");

    JsonNode infos = infos(100).json().get("user_info_list");

    assertThat(infos.size()).isEqualTo(100);
    assertThat(infos.get(98).get("openid").stringValue()).isEqualTo("oM0000099");
    assertThat(infos.get(98).get("subscribe").intValue()).isEqualTo(1);
    assertThat(infos.get(99).get("subscribe").intValue()).isZero();
    assertThat(infos(101).errcode()).isEqualTo(40032);
    assertThat(infos(0).errcode()).isEqualTo(40032);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"user_list\":[{\"openid\":\"o A\"}]}",
        "{\"user_list\":[{}]}",
        "{\"user_list\":[\"oA\"]}",
      })
  void refusesAListWithSomethingElseThanAnOpenid(String body) throws Exception {
    assertThat(simulator.post("/cgi-bin/user/info/batchget?access_token=" + token, body).errcode())
        .isEqualTo(40003);
  }

  @Test
  void eachCallWantsItsMethodAndAToken() throws Exception {
    assertThat(simulator.get("/cgi-bin/user/get").errcode()).isEqualTo(41001);
    assertThat(simulator.get("/cgi-bin/user/info?access_token=x").errcode()).isEqualTo(40001);
    assertThat(simulator.post("/cgi-bin/user/get?access_token=" + token, "{}").errcode())
        .isEqualTo(43001);
    assertThat(simulator.get("/cgi-bin/user/info/batchget?access_token=" + token).errcode())
        .isEqualTo(43002);
    assertThat(simulator.post("/cgi-bin/user/info/batchget?access_token=" + token, "").errcode())
        .isEqualTo(44002);
    assertThat(simulator.post("/cgi-bin/user/info/batchget?access_token=" + token, "x").errcode())
        .isEqualTo(47001);
  }

  private Answer page(String nextOpenid) throws Exception {
    return simulator.get("/cgi-bin/user/get?access_token=" + token + "&next_openid=" + nextOpenid);
  }

  private Answer info(String openid, String more) throws Exception {
    return simulator.get("/cgi-bin/user/info?access_token=" + token + "&openid=" + openid + more);
  }

  private Answer infos(int people) throws Exception {
    String list =
        IntStream.rangeClosed(1, people)
            .mapToObj("{\"openid\":\"oM%07d\",\"lang\":\"zh_CN\"}"::formatted)
            .collect(Collectors.joining(","));
    return simulator.post(
        "/cgi-bin/user/info/batchget?access_token=" + token, "{\"user_list\":[" + list + "]}");
  }

  private static List<String> openids(Answer page) {
    return page.json()
        .path("data")
        .path("openid")
        .valueStream()
        .map(JsonNode::stringValue)
        .toList();
  }
}
