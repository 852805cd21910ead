package io.hongyan.simulator.wechat;

import io.hongyan.simulator.account.OpenidPage;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How WeChat writes a page of openids, of followers as of a tag's carriers. */
final class OpenidPages {

  private OpenidPages() {}

  /**
   * Adds the page to a reply. Every page that has somebody names its last one as {@code
   * next_openid}, the last page, too; the page after that has no {@code data} and an empty {@code
   * next_openid}.
   */
  static Reply reply(ObjectNode reply, OpenidPage page) {
    reply.put("count", page.openids().size());
    if (!page.openids().isEmpty()) {
      ArrayNode openids = reply.putObject("data").putArray("openid");
      page.openids().forEach(openids::add);
    }
    return Reply.json(reply.put("next_openid", page.next()));
  }
}
