package io.hongyan.gateway.batch;

import io.hongyan.common.message.BatchId;
import io.hongyan.common.message.MessageId;
import io.hongyan.gateway.batch.MessageMapper.MessageRow;
import io.hongyan.gateway.security.ApiKey;
import io.hongyan.gateway.security.Scope;
import io.hongyan.gateway.web.Page;
import io.hongyan.gateway.web.ProblemException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Single messages over HTTP: one by its id, or all that a person got. */
@RestController
@RequestMapping("/v1/messages")
class MessageController {

  private final MessageMapper mapper;
  private final VisibleBatches visible;

  MessageController(MessageMapper mapper, VisibleBatches visible) {
    this.mapper = mapper;
    this.visible = visible;
  }

  @GetMapping("/{id}")
  MessageView get(ApiKey key, @PathVariable String id) {
    key.require(Scope.READ);
    MessageRow row =
        MessageId.parse(id)
            .flatMap(message -> mapper.find(message.batchId().value(), message.seq()))
            .filter(found -> key.mayUse(found.accountId()))
            .orElseThrow(() -> ProblemException.notFound("There is no message '%s'".formatted(id)));
    return MessageView.of(row, mapper.findAttempts(row.batchId(), row.seq()));
  }

  @GetMapping
  Page<MessageView> list(
      ApiKey key,
      @RequestParam String account,
      @RequestParam String openid,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable Integer limit) {
    key.require(Scope.READ);
    visible.requireAccount(key, account);
    int size = Page.limit(limit);
    MessageId before = before(cursor);
    return Page.of(
        mapper.findByOpenid(
            account, openid, before.batchId().value(), before.seq(), Page.rowsFor(size)),
        size,
        row -> new MessageId(new BatchId(row.batchId()), row.seq()).toString(),
        row -> MessageView.of(row, null));
  }

  private static MessageId before(@Nullable String cursor) {
    return cursor == null
        ? new MessageId(new BatchId(Long.MAX_VALUE), Integer.MAX_VALUE)
        : MessageId.parse(cursor)
            .orElseThrow(() -> ProblemException.badRequest("cursor is not one of ours"));
  }
}
