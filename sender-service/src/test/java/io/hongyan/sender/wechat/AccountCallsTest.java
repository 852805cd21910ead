package io.hongyan.sender.wechat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hongyan.sender.wechat.AccountCalls.FollowerPage;
import io.hongyan.sender.wechat.AccountCalls.Industries;
import io.hongyan.sender.wechat.AccountCalls.Industry;
import io.hongyan.sender.wechat.AccountCalls.OpenidPage;
import io.hongyan.sender.wechat.AccountCalls.QuotaReply;
import io.hongyan.sender.wechat.AccountCalls.Rate;
import io.hongyan.sender.wechat.AccountCalls.Tag;
import io.hongyan.sender.wechat.AccountCalls.WeChatTemplate;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What goes over the wire for an account, and what is made of WeChat's less tidy answers. */
@Timeout(30)
class AccountCallsTest {

  private static final AccessToken TOKEN = new AccessToken("84_secret");
  private static final String OK = "{\"errcode\":0,\"errmsg\":\"ok\"}";

  private final MockWebServer server = new MockWebServer();
  private WeChatClient client =
      WeChatClients.to(URI.create("http://localhost"), Duration.ofSeconds(5));
  private AccountCalls calls = new AccountCalls(client);

  @BeforeEach
  void start() throws IOException {
    client.destroy();
    server.start();
    client = WeChatClients.to(server.url("/").uri(), Duration.ofSeconds(5));
    calls = new AccountCalls(client);
  }

  @AfterEach
  void stop() {
    client.destroy();
    server.close();
  }

  @Test
  void asksForFollowersPageByPage() throws Exception {
    answer(
        "{\"total\":3,\"count\":2,\"data\":{\"openid\":[\"oA\",\"oB\"]},\"next_openid\":\"oB\"}");
    answer("{\"total\":3,\"count\":0,\"next_openid\":\"\"}");

    FollowerPage first = calls.fetchFollowers(TOKEN, "");
    FollowerPage last = calls.fetchFollowers(TOKEN, first.page().next());

    assertThat(first).isEqualTo(new FollowerPage(3, new OpenidPage(List.of("oA", "oB"), "oB")));
    assertThat(last).isEqualTo(new FollowerPage(3, new OpenidPage(List.of(), "")));
    assertThat(server.takeRequest().getTarget())
        .isEqualTo("/cgi-bin/user/get?access_token=84_secret");
    assertThat(server.takeRequest().getTarget())
        .isEqualTo("/cgi-bin/user/get?access_token=84_secret&next_openid=oB");
  }

  @Test
  void anEmptyPageIsTheLastWhateverComesNext() throws Exception {
    answer("{\"total\":3,\"count\":0,\"data\":{\"openid\":[]},\"next_openid\":\"oB\"}");
    answer("{\"total\":3,\"count\":1,\"data\":{\"openid\":[\"oA\",null]}}");

    assertThat(calls.fetchFollowers(TOKEN, "oB").page().next()).isEmpty();
    assertThat(calls.fetchFollowers(TOKEN, "").page()).isEqualTo(new OpenidPage(List.of("oA"), ""));
  }

  @Test
  void aWholePageOfLongOpenidsIsTaken() throws Exception {
    String openid = "o".repeat(63);
    String page =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "\"" + openid + (i % 10) + "\"")
            .collect(Collectors.joining(","));
    answer("{\"total\":10000,\"count\":10000,\"data\":{\"openid\":[%s]}}".formatted(page));

    assertThat(calls.fetchFollowers(TOKEN, "").page().openids()).hasSize(10_000);
  }

  @Test
  void rawControlCharactersInNamesAreNoObstacle() throws Exception {
    answer("{\"tags\":[{\"id\":2,\"name\":\"星标\u0007组\t\",\"count\":5},{\"id\":100}]}");

    assertThat(calls.fetchTags(TOKEN))
        .containsExactly(new Tag(2, "星标\u0007组\t", 5), new Tag(100, "", 0));
  }

  @Test
  void asksForThePeopleOfATag() throws Exception {
    answer("{\"count\":1,\"data\":{\"openid\":[\"oC\"]},\"next_openid\":\"oC\"}");

    OpenidPage page = calls.fetchTagged(TOKEN, 134, "oB");

    assertThat(page).isEqualTo(new OpenidPage(List.of("oC"), "oC"));
    assertBody("/cgi-bin/user/tag/get", "{\"tagid\":134,\"next_openid\":\"oB\"}");
  }

  @Test
  void templatesHaveEveryFieldAndWhatIsMissingIsEmpty() throws Exception {
    answer(
        """
        {"template_list":[
          {"template_id":"T1","title":"支付成功","primary_industry":"IT科技","deputy_industry":"互联网",
           "content":"{{thing1.DATA}}","example":"耳机","unknown":1},
          {"template_id":"T2","title":null},
          {"title":"no id"}]}""");

    assertThat(calls.fetchTemplates(TOKEN))
        .containsExactly(
            new WeChatTemplate("T1", "支付成功", "IT科技", "互联网", "{{thing1.DATA}}", "耳机"),
            new WeChatTemplate("T2", "", "", "", "", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", OK, "{\"template_list\":null,\"tags\":null,\"total\":null}"})
  void aReplyWithoutItsListIsNoEmptyList(String body) {
    for (int call = 0; call < 3; call++) {
      answer(body);
    }

    assertThatThrownBy(() -> calls.fetchTemplates(TOKEN)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> calls.fetchTags(TOKEN)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> calls.fetchFollowers(TOKEN, "")).isInstanceOf(IOException.class);
  }

  @Test
  void addsAndDeletesTemplates() throws Exception {
    answer("{\"errcode\":0,\"errmsg\":\"ok\",\"template_id\":\"T9\"}");
    answer(OK);

    assertThat(calls.addTemplate(TOKEN, "47123", List.of("时间", "地点"))).isEqualTo("T9");
    calls.deleteTemplate(TOKEN, "T9");

    assertBody(
        "/cgi-bin/template/api_add_template",
        "{\"template_id_short\":\"47123\",\"keyword_name_list\":[\"时间\",\"地点\"]}");
    assertBody("/cgi-bin/template/del_private_template", "{\"template_id\":\"T9\"}");
  }

  @Test
  void getsAndSetsIndustries() throws Exception {
    answer("{\"primary_industry\":{\"first_class\":\"运输与仓储\",\"second_class\":\"快递\"}}");
    answer(OK);

    assertThat(calls.fetchIndustries(TOKEN))
        .isEqualTo(new Industries(new Industry("运输与仓储", "快递"), null));
    calls.setIndustries(TOKEN, "1", "4");

    server.takeRequest();
    assertBody(
        "/cgi-bin/template/api_set_industry", "{\"industry_id1\":\"1\",\"industry_id2\":\"4\"}");
  }

  @Test
  void aQuotaMayHaveARateOrNot() throws Exception {
    String day = "\"quota\":{\"daily_limit\":100,\"used\":30,\"remain\":70}";
    answer(
        "{\"errcode\":0,%s,\"rate_limit\":{\"call_count\":9,\"refresh_second\":60}}"
            .formatted(day));
    answer("{\"errcode\":0,%s,\"rate_limit\":{}}".formatted(day));

    assertThat(calls.fetchSendQuota(TOKEN)).isEqualTo(new QuotaReply(100, 30, 70, new Rate(9, 60)));
    assertThat(calls.fetchSendQuota(TOKEN)).isEqualTo(new QuotaReply(100, 30, 70, null));
    assertBody("/cgi-bin/openapi/quota/get", "{\"cgi_path\":\"/cgi-bin/message/template/send\"}");
  }

  @Test
  void clearsTheQuotaByAppId() throws Exception {
    answer("{\"errcode\":48006,\"errmsg\":\"forbid to clear quota rid: 1-2\"}");

    assertThatThrownBy(() -> calls.clearQuota(TOKEN, "wx1"))
        .isInstanceOfSatisfying(
            WeChatRefusedException.class, e -> assertThat(e.errcode()).isEqualTo(48006));

    assertBody("/cgi-bin/clear_quota", "{\"appid\":\"wx1\"}");
  }

  @Test
  void aTicketHidesItself() throws Exception {
    answer("{\"errcode\":0,\"ticket\":\"sM4AOVdWfPE4\",\"expires_in\":7200}");

    AccountCalls.TicketReply reply = calls.fetchJsapiTicket(TOKEN);

    assertThat(reply.ticket()).isEqualTo("sM4AOVdWfPE4");
    assertThat(reply.expiresIn()).isEqualTo(Duration.ofHours(2));
    assertThat(reply.toString()).doesNotContain("sM4AOVdWfPE4");
    assertThat(server.takeRequest().getTarget())
        .isEqualTo("/cgi-bin/ticket/getticket?access_token=84_secret&type=jsapi");
  }

  private void answer(String body) {
    server.enqueue(new MockResponse.Builder().body(body).build());
  }

  private void assertBody(String path, String json) throws InterruptedException {
    RecordedRequest request = server.takeRequest();
    assertThat(request.getTarget()).isEqualTo(path + "?access_token=84_secret");
    assertThat(JsonMapper.shared().readTree(Objects.requireNonNull(request.getBody()).utf8()))
        .isEqualTo(JsonMapper.shared().readTree(json));
  }
}
