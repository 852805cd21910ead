package io.hongyan.sender.wechat;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The calls about an account as a whole: followers, tags, templates, industry, quota, ticket. Each
 * is made once. All throw {@link WeChatRefusedException} when WeChat answered with an errcode, and
 * {@link IOException} when no readable answer came, in which case WeChat may have done what it was
 * asked. Thread-safe.
 */
@Component
public class AccountCalls {

  private static final String SEND_PATH = "/cgi-bin/message/template/send";

  private final WeChatClient client;

  AccountCalls(WeChatClient client) {
    this.client = client;
  }

  /**
   * A page of the followers: 10,000 at most, in an order of WeChat's own.
   *
   * @param after {@link OpenidPage#next()} of the page before; empty for the first
   */
  public FollowerPage fetchFollowers(AccessToken token, String after)
      throws IOException, WeChatRefusedException {
    FollowersBody reply =
        client.get(
            "user/get",
            token,
            after.isEmpty() ? "" : "&next_openid=" + WeChatClient.encoded(after),
            FollowersBody.class);
    OpenidPage page = page(reply.data(), reply.nextOpenid());
    boolean afterTheLast = !after.isEmpty() && page.openids().isEmpty();
    if (reply.total() == null && !afterTheLast) {
      throw new IOException("user/get reply without total");
    }
    return new FollowerPage(reply.total(), page);
  }

  /** The account's tags, WeChat's own (ids 0 to 2) among them. */
  public List<Tag> fetchTags(AccessToken token) throws IOException, WeChatRefusedException {
    TagsBody reply = client.get("tags/get", token, "", TagsBody.class);
    if (reply.tags() == null) {
      throw new IOException("tags/get reply without tags");
    }
    return reply.tags().stream().map(TagBody::tag).toList();
  }

  /** A page of those who have the tag; paging as for {@link #fetchFollowers}. */
  public OpenidPage fetchTagged(AccessToken token, int tagId, String after)
      throws IOException, WeChatRefusedException {
    TaggedBody reply =
        client.post(
            "user/tag/get", token, Map.of("tagid", tagId, "next_openid", after), TaggedBody.class);
    return page(reply.data(), reply.nextOpenid());
  }

  /** The templates that the account may send. */
  public List<WeChatTemplate> fetchTemplates(AccessToken token)
      throws IOException, WeChatRefusedException {
    TemplatesBody reply =
        client.get("template/get_all_private_template", token, "", TemplatesBody.class);
    // An empty list is one; no list at all must not look like an account without templates.
    if (reply.templates() == null) {
      throw new IOException("get_all_private_template reply without template_list");
    }
    return reply.templates().stream()
        .map(TemplateBody::template)
        .filter(template -> !template.id().isEmpty())
        .toList();
  }

  /**
   * Takes a template from WeChat's library into the account.
   *
   * @param shortId its id in the library
   * @param keywords the names of its fields that are wanted, in order; empty for old templates
   * @return the template's id in the account
   */
  public String addTemplate(AccessToken token, String shortId, List<String> keywords)
      throws IOException, WeChatRefusedException {
    AddedBody reply =
        client.post(
            "template/api_add_template",
            token,
            Map.of("template_id_short", shortId, "keyword_name_list", keywords),
            AddedBody.class);
    if (reply.templateId() == null) {
      throw new IOException("api_add_template reply without template_id");
    }
    return reply.templateId();
  }

  /** Deletes a template of the account. */
  public void deleteTemplate(AccessToken token, String templateId)
      throws IOException, WeChatRefusedException {
    client.post(
        "template/del_private_template", token, Map.of("template_id", templateId), EmptyBody.class);
  }

  /** The two industries that the account declared; each part null where there is none. */
  public Industries fetchIndustries(AccessToken token) throws IOException, WeChatRefusedException {
    return client.get("template/get_industry", token, "", Industries.class);
  }

  /** Declares the industries, which deletes the old ones' templates; allowed once a month. */
  public void setIndustries(AccessToken token, String firstId, String secondId)
      throws IOException, WeChatRefusedException {
    client.post(
        "template/api_set_industry",
        token,
        Map.of("industry_id1", firstId, "industry_id2", secondId),
        EmptyBody.class);
  }

  /** How much of the day's sends is left. */
  public QuotaReply fetchSendQuota(AccessToken token) throws IOException, WeChatRefusedException {
    QuotaBody reply =
        client.post("openapi/quota/get", token, Map.of("cgi_path", SEND_PATH), QuotaBody.class);
    if (reply.quota() == null) {
      throw new IOException("quota reply without quota");
    }
    return new QuotaReply(
        reply.quota().dailyLimit(),
        reply.quota().used(),
        reply.quota().remain(),
        reply.rateLimit() == null ? null : reply.rateLimit().rate());
  }

  /** Sets all daily counters to 0; WeChat allows ten a month, its console's included. */
  public void clearQuota(AccessToken token, String appId)
      throws IOException, WeChatRefusedException {
    client.post("clear_quota", token, Map.of("appid", appId), EmptyBody.class);
  }

  /** The ticket with which the account's web pages sign their use of WeChat's JavaScript. */
  public TicketReply fetchJsapiTicket(AccessToken token)
      throws IOException, WeChatRefusedException {
    TicketBody reply = client.get("ticket/getticket", token, "&type=jsapi", TicketBody.class);
    if (reply.ticket() == null || reply.expiresIn() == null) {
      throw new IOException("ticket reply without ticket or expires_in");
    }
    return new TicketReply(reply.ticket(), Duration.ofSeconds(reply.expiresIn()));
  }

  private static OpenidPage page(@Nullable OpenidsBody data, @Nullable String next) {
    List<@Nullable String> listed =
        data == null || data.openids() == null ? List.of() : data.openids();
    List<String> openids = listed.stream().filter(Objects::nonNull).map(String::valueOf).toList();
    // WeChat may name a next page after the last one; an empty page is the end as well.
    return new OpenidPage(openids, next == null || openids.isEmpty() ? "" : next);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /**
   * Openids as WeChat listed them.
   *
   * @param next where the next page begins; empty = there is none
   */
  public record OpenidPage(List<String> openids, String next) {}

  /**
   * A page of followers.
   *
   * @param total how many followers the account has, as WeChat counts; null only in the empty page
   *     after the last one
   */
  public record FollowerPage(@Nullable Integer total, OpenidPage page) {}

  /**
   * A tag.
   *
   * @param followers how many have it, as WeChat counts
   */
  public record Tag(int id, String name, int followers) {}

  /** A template of the account; what WeChat leaves out is empty. */
  public record WeChatTemplate(
      String id,
      String title,
      String primaryIndustry,
      String deputyIndustry,
      String content,
      String example) {}

  /** Both industries of an account. */
  public record Industries(
      @JsonProperty("primary_industry") @Nullable Industry primary,
      @JsonProperty("secondary_industry") @Nullable Industry secondary) {}

  /** An industry and the group it belongs to. */
  public record Industry(
      @JsonProperty("first_class") @Nullable String firstClass,
      @JsonProperty("second_class") @Nullable String secondClass) {}

  /**
   * The day's sends of an account.
   *
   * @param rate null where WeChat does not say
   */
  public record QuotaReply(long dailyLimit, long used, long remain, @Nullable Rate rate) {}

  /** How many calls WeChat allows in how many seconds. */
  public record Rate(long callCount, long refreshSeconds) {}

  /** A ticket and how long it will be good. */
  public record TicketReply(String ticket, Duration expiresIn) {

    @Override
    public String toString() {
      return "TicketReply[***, " + expiresIn + "]";
    }
  }

  private record FollowersBody(
      @Nullable Integer total,
      @Nullable OpenidsBody data,
      @JsonProperty("next_openid") @Nullable String nextOpenid) {}

  private record TaggedBody(
      @Nullable OpenidsBody data, @JsonProperty("next_openid") @Nullable String nextOpenid) {}

  private record OpenidsBody(@JsonProperty("openid") @Nullable List<@Nullable String> openids) {}

  private record TagsBody(@Nullable List<TagBody> tags) {}

  private record TagBody(int id, @Nullable String name, @Nullable Integer count) {

    Tag tag() {
      return new Tag(id, orEmpty(name), count == null ? 0 : count);
    }
  }

  private record TemplatesBody(
      @JsonProperty("template_list") @Nullable List<TemplateBody> templates) {}

  private record TemplateBody(
      @JsonProperty("template_id") @Nullable String id,
      @Nullable String title,
      @JsonProperty("primary_industry") @Nullable String primaryIndustry,
      @JsonProperty("deputy_industry") @Nullable String deputyIndustry,
      @Nullable String content,
      @Nullable String example) {

    WeChatTemplate template() {
      return new WeChatTemplate(
          orEmpty(id),
          orEmpty(title),
          orEmpty(primaryIndustry),
          orEmpty(deputyIndustry),
          orEmpty(content),
          orEmpty(example));
    }
  }

  private record AddedBody(@JsonProperty("template_id") @Nullable String templateId) {}

  private record QuotaBody(
      @Nullable DayBody quota, @JsonProperty("rate_limit") @Nullable RateBody rateLimit) {}

  private record DayBody(@JsonProperty("daily_limit") long dailyLimit, long used, long remain) {}

  private record RateBody(
      @JsonProperty("call_count") @Nullable Long callCount,
      @JsonProperty("refresh_second") @Nullable Long refreshSeconds) {

    @Nullable Rate rate() {
      return callCount == null || refreshSeconds == null
          ? null
          : new Rate(callCount, refreshSeconds);
    }
  }

  private record TicketBody(
      @Nullable String ticket, @JsonProperty("expires_in") @Nullable Long expiresIn) {}

  private record EmptyBody() {}
}
