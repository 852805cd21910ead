package io.hongyan.simulator.wechat;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.account.OpenidPage;
import io.hongyan.simulator.state.SimulatorState;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The calls under {@code /cgi-bin/user} that tell who follows and what is known of them. */
final class FollowerCalls {

  private static final int MOST_AT_ONCE = 100;

  private static final String DEFAULT_LANGUAGE = "zh_CN";

  private final SimulatorState state;

  FollowerCalls(SimulatorState state) {
    this.state = state;
  }

  /** {@code user/get}. */
  Reply list(Account account, WeChatRequest request) {
    OpenidPage page =
        account
            .followers()
            .page(request.parameter("next_openid"), state.settings().current().followersPerPage());
    if (page == null) {
      // WeChat does not say what it does about one it never knew.
      return Reply.refusal(Refusal.INVALID_OPENID);
    }
    return OpenidPages.reply(
        JsonNodeFactory.instance.objectNode().put("total", page.total()), page);
  }

  /** {@code user/info}. */
  Reply info(Account account, WeChatRequest request) {
    String openid = request.parameter("openid");
    return Openid.isWellFormed(openid)
        ? Reply.json(info(account, openid, request.parameter("lang")))
        : Reply.refusal(Refusal.INVALID_OPENID);
  }

  /** {@code user/info/batchget}: one wrong openid and nobody is told about. */
  Reply infos(Account account, JsonBody.Parsed body) {
    JsonNode users = body.root().get("user_list");
    if (users == null || !users.isArray() || users.isEmpty() || users.size() > MOST_AT_ONCE) {
      return Reply.refusal(Refusal.INVALID_LIST_SIZE);
    }
    List<ObjectNode> infos = new ArrayList<>();
    for (JsonNode user : users) {
      String openid = user.path("openid").asString("");
      if (!Openid.isWellFormed(openid)) {
        return Reply.refusal(Refusal.INVALID_OPENID);
      }
      infos.add(info(account, openid, user.path("lang").asString("")));
    }
    ObjectNode reply = JsonNodeFactory.instance.objectNode();
    reply.putArray("user_info_list").addAll(infos);
    return Reply.json(reply);
  }

  /** Without name and portrait, which WeChat has kept to itself since 2021-12-27. */
  private static ObjectNode info(Account account, String openid, String lang) {
    ObjectNode info = JsonNodeFactory.instance.objectNode();
    if (!account.followers().includes(openid)) {
      return info.put("subscribe", 0).put("openid", openid);
    }
    List<Integer> tags = account.tags().idsOf(openid);
    info.put("subscribe", 1)
        .put("openid", openid)
        .put("language", lang.isEmpty() ? DEFAULT_LANGUAGE : lang)
        .put("subscribe_time", account.followers().subscribedAt(openid).getEpochSecond())
        .put("remark", "")
        .put("groupid", tags.isEmpty() ? 0 : tags.getFirst());
    ArrayNode tagIds = info.putArray("tagid_list");
    tags.forEach(tagIds::add);
    return info.put("subscribe_scene", "ADD_SCENE_SEARCH")
        .put("qr_scene", 0)
        .put("qr_scene_str", "");
  }
}
