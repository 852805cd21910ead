package io.hongyan.simulator.wechat;

import io.hongyan.simulator.account.Account;
import io.hongyan.simulator.account.OpenidPage;
import io.hongyan.simulator.account.Tag;
import io.hongyan.simulator.account.TagChange;
import io.hongyan.simulator.account.Tags;
import io.hongyan.simulator.state.SimulatorState;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The calls about tags and who carries them. */
final class TagCalls {

  private static final int MOST_AT_ONCE = 50;

  /** A tag id that no account has; WeChat answers a missing one like an unknown one. */
  private static final int NO_TAG = -1;

  private final SimulatorState state;

  TagCalls(SimulatorState state) {
    this.state = state;
  }

  /** {@code tags/get}. */
  Reply list(Account account, WeChatRequest request) {
    ObjectNode reply = JsonNodeFactory.instance.objectNode();
    ArrayNode tags = reply.putArray("tags");
    for (Tag tag : account.tags().list()) {
      tags.addObject().put("id", tag.id()).put("name", tag.name()).put("count", tag.count());
    }
    return Reply.json(reply);
  }

  /** {@code tags/create}. */
  Reply create(Account account, JsonBody.Parsed body) {
    return switch (account.tags().create(nameIn(body.root().path("tag")))) {
      case TagChange.Refused refused -> refusal(refused);
      case TagChange.Done done -> {
        ObjectNode reply = JsonNodeFactory.instance.objectNode();
        reply.putObject("tag").put("id", done.tag().id()).put("name", done.tag().name());
        yield Reply.json(reply);
      }
    };
  }

  /** {@code tags/update}. */
  Reply rename(Account account, JsonBody.Parsed body) {
    JsonNode tag = body.root().path("tag");
    return reply(account.tags().rename(idIn(tag.get("id")), nameIn(tag)));
  }

  /** {@code tags/delete}. */
  Reply delete(Account account, JsonBody.Parsed body) {
    return reply(account.tags().delete(idIn(body.root().path("tag").get("id"))));
  }

  /** {@code user/tag/get}; its page size is not documented and taken to be that of user/get. */
  Reply carriers(Account account, JsonBody.Parsed body) {
    int id = idIn(body.root().get("tagid"));
    if (!account.tags().has(id)) {
      return Reply.refusal(Refusal.INVALID_TAG_ID);
    }
    String after = body.text("next_openid");
    OpenidPage page =
        account
            .tags()
            .page(id, after == null ? "" : after, state.settings().current().followersPerPage());
    return page == null
        ? Reply.refusal(Refusal.INVALID_OPENID)
        : OpenidPages.reply(JsonNodeFactory.instance.objectNode(), page);
  }

  /** {@code tags/members/batchtagging}: all of them or none. */
  Reply give(Account account, JsonBody.Parsed body) {
    return changeCarriers(body, account.tags()::give);
  }

  /** {@code tags/members/batchuntagging}: all of them or none. */
  Reply take(Account account, JsonBody.Parsed body) {
    return changeCarriers(body, account.tags()::take);
  }

  /** {@code tags/getidlist}; of one who does not follow it lists none, which is a guess. */
  Reply idsOf(Account account, JsonBody.Parsed body) {
    String openid = body.text("openid");
    if (openid == null || !Openid.isWellFormed(openid)) {
      return Reply.refusal(Refusal.INVALID_OPENID);
    }
    ObjectNode reply = JsonNodeFactory.instance.objectNode();
    ArrayNode ids = reply.putArray("tagid_list");
    account.tags().idsOf(openid).forEach(ids::add);
    return Reply.json(reply);
  }

  /** {@link Tags#give} or {@link Tags#take}. */
  @FunctionalInterface
  private interface CarrierChange {
    TagChange apply(int id, Collection<String> openids);
  }

  private static Reply changeCarriers(JsonBody.Parsed body, CarrierChange change) {
    List<String> openids = body.texts("openid_list");
    if (openids == null || openids.isEmpty() || openids.size() > MOST_AT_ONCE) {
      return Reply.refusal(Refusal.INVALID_LIST_SIZE);
    }
    return reply(change.apply(idIn(body.root().get("tagid")), openids));
  }

  private static int idIn(@Nullable JsonNode node) {
    Long id = JsonBody.numberIn(node);
    return id == null || id < 0 || id > Integer.MAX_VALUE ? NO_TAG : id.intValue();
  }

  private static String nameIn(JsonNode tag) {
    JsonNode name = tag.get("name");
    return name != null && name.isString() ? name.stringValue() : "";
  }

  private static Reply reply(TagChange change) {
    return switch (change) {
      case TagChange.Done done -> Reply.ok();
      case TagChange.Refused refused -> refusal(refused);
    };
  }

  private static Reply refusal(TagChange.Refused refused) {
    return Reply.refusal(
        switch (refused.reason()) {
          case NAME_INVALID -> Refusal.INVALID_TAG_NAME;
          case NAME_TOO_LONG -> Refusal.TAG_NAME_TOO_LONG;
          case TOO_MANY_TAGS -> Refusal.TOO_MANY_TAGS;
          case TOO_MANY_CARRIERS -> Refusal.TAG_HAS_TOO_MANY_FANS;
          case RESERVED -> Refusal.TAG_IS_RESERVED;
          case UNKNOWN_TAG -> Refusal.INVALID_TAG_ID;
          case NOT_A_FOLLOWER -> Refusal.INVALID_OPENID;
          case TOO_MANY_TAGS_OF_ONE -> Refusal.TOO_MANY_TAGS_OF_ONE;
        });
  }
}
